using CsCheck;
using Longhaul.Catalog.Naming;
using Xunit;

namespace Longhaul.Catalog.Tests.Naming;

public sealed class NameLookupTests
{
    private static readonly NameCandidate<int>[] s_candidates =
    [
        new(1, "aaaa0000000000000000000000000001", "db", "main"),
        new(2, "aaaa0000000000000000000000000002", "db", "offsite"),
        new(3, "bbbb0000000000000000000000000003", "web", "main"),
        new(4, "cccc0000000000000000000000000004", "bbbb", "main"),
        new(5, "dddd0000000000000000000000000005", null, null),
    ];

    [Theory]
    [InlineData("web", 3)]
    [InlineData("main/web", 3)]
    [InlineData("offsite/db", 2)]
    [InlineData("aaaa0000000000000000000000000001", 1)]
    [InlineData("AAAA0000000000000000000000000001", 1)]
    [InlineData("cccc", 4)]
    [InlineData("dddd00", 5)]
    public void One_thing_is_found_by_name_repository_and_name_id_or_beginning(string text, int expected) =>
        Assert.Equal(expected, NameLookup.Find(text, s_candidates).Only?.Value);

    [Fact]
    public void A_name_goes_before_the_beginning_of_an_id() =>
        Assert.Equal(4, NameLookup.Find("bbbb", s_candidates).Only?.Value);

    [Theory]
    [InlineData("db")]
    [InlineData("aaaa")]
    public void Several_that_fit_are_ambiguous_and_have_labels(string text)
    {
        var match = NameLookup.Find(text, s_candidates);

        Assert.True(match.IsAmbiguous);
        Assert.Null(match.Only);
        Assert.Equal(["main/db", "offsite/db"], match.Matches.Select(candidate => candidate.Label));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Web")]
    [InlineData("ccc")]
    [InlineData("main/none")]
    [InlineData("aaaa00000000000000000000000000011")]
    [InlineData("zzzz")]
    public void What_fits_nothing_is_not_found(string text) =>
        Assert.Empty(NameLookup.Find(text, s_candidates).Matches);

    [Fact]
    public void A_whole_id_always_means_its_thing_and_a_label_that_is_alone_too() =>
        Gen.Select(Gen.Guid, Gen.String[Gen.Char["ab"], 1, 2], Gen.String[Gen.Char["rs"], 1, 1])
            .Array[1, 12]
            .Sample(things =>
            {
                var candidates = things
                    .DistinctBy(thing => thing.Item1)
                    .Select(thing => new NameCandidate<Guid>(
                        thing.Item1,
                        thing.Item1.ToString("N"),
                        thing.Item2,
                        thing.Item3
                    ))
                    .ToList();
                return candidates.All(candidate =>
                    NameLookup.Find(candidate.Id, candidates).Only == candidate
                    && NameLookup.Find(candidate.Label, candidates).Matches.All(match => match.Label == candidate.Label)
                );
            });

    [Theory]
    [InlineData("db01.example.com", true)]
    [InlineData("web server_2", true)]
    [InlineData("_x", true)]
    [InlineData("", false)]
    [InlineData("a/b", false)]
    [InlineData("a@b", false)]
    [InlineData(".hidden", false)]
    [InlineData("-x", false)]
    [InlineData("ends ", false)]
    [InlineData("ends.", false)]
    [InlineData("ümlaut", false)]
    [InlineData("aaaa0000000000000000000000000001", false)]
    public void Names_can_be_folders_and_parts_of_references(string text, bool valid) =>
        Assert.Equal(valid, EntryName.IsValid(text));
}
