using System.Text.RegularExpressions;
using Xunit;

namespace Longhaul.Architecture.Tests.Sources;

/// <summary>Code says which section of the specification it follows; a reader must find it there.</summary>
public sealed partial class FormatReferenceTests
{
    [Fact]
    public void Every_section_that_a_comment_names_is_in_the_specification()
    {
        var sections = RepositoryTree
            .Lines("docs/format.md")
            .Where(line => line.Text.StartsWith('#'))
            .Select(line => line.Text.TrimStart('#', ' '))
            .ToHashSet(StringComparer.Ordinal);
        var named = RepositoryTree
            .Code("src")
            .SelectMany(path => Section().Matches(RepositoryTree.Read(path)).Select(match => (path, match)))
            .ToList();

        Assert.NotEmpty(named);
        Findings.None(
            named
                .SelectMany(each => Name().Matches(each.match.Value).Select(name => (each.path, name.Groups[1].Value)))
                .Where(each => !sections.Contains(each.Value))
                .Select(each => $"{each.path}: \"{each.Value}\"")
        );
    }

    [GeneratedRegex("docs/format\\.md, sections? \"[^\"]+\"( and \"[^\"]+\")?")]
    private static partial Regex Section();

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Name();
}
