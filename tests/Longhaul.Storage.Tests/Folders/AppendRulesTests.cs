using CsCheck;
using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Format.Log;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Record = Longhaul.Format.Log.Record;

namespace Longhaul.Storage.Tests.Folders;

/// <summary>Who may only add puts no record that takes, moves or changes something, as a step or as a whole list.</summary>
public sealed class AppendRulesTests
{
    private static readonly RepositoryId s_here = RepositoryId.New();

    [Fact]
    public async Task A_step_is_taken_when_it_adds_and_does_nothing_else_and_so_is_its_whole_list() =>
        await Gen.Int[0, int.MaxValue].SampleAsync(async seed => await LiveAsync(seed), iter: 40, threads: 2);

    [Theory]
    [InlineData("log/00000003", 2, "it is not the next record of the log")]
    [InlineData("log/00000002", 3, "it does not follow record 1")]
    [InlineData("log/2", 2, "it is not the next record of the log")]
    [InlineData("log/00000002/x", 2, "it is not the next record of the log")]
    public async Task A_record_stands_where_it_belongs(string name, int number, string why)
    {
        using var folder = await CreateAsync();
        var open = Following(folder.State);
        open.Number = (ulong)number;

        Assert.Equal(why, AppendRules.FindTaking(folder.State, name, RecordCodec.Encode(open, new Sealed()), s_here));
    }

    [Fact]
    public async Task What_is_no_record_or_of_another_history_is_none()
    {
        using var folder = await CreateAsync();
        var other = Following(folder.State);
        other.Previous = ByteString.CopyFrom(new byte[Digest.Size]);

        foreach (var file in new[] { [], new byte[100], RecordCodec.Encode(other, new Sealed()) })
        {
            Assert.NotNull(AppendRules.FindTaking(folder.State, "log/00000002", file, s_here));
        }
    }

    [Fact]
    public async Task An_ownerless_backup_may_be_taken_and_an_owned_one_not()
    {
        using var folder = await CreateAsync();
        var owned = folder.State;
        Assert.Equal("its owner would change", Take(owned));

        var free = owned with { Owner = null };
        Assert.Null(Take(free));
        var elsewhere = owned with { Owner = owned.Owner! with { Repository = RepositoryId.New() } };
        Assert.Null(Take(elsewhere));

        static string? Take(BackupState before)
        {
            var draft = new RecordDraft("map");
            draft.SetOwner(new OwnerState(JobId.New(), "mine", s_here, "server"), "{}"u8.ToArray());
            return Judge(before, draft.Open, draft.SealedPart);
        }
    }

    private static async Task LiveAsync(int seed)
    {
        using var folder = await CreateAsync();
        var steps = new RandomSteps(new Random(seed));
        for (var i = 0; i < 60; i++)
        {
            var before = folder.State;
            RecordDraft? step = null;
            await folder.CommitAsync(state => step = steps.Next(state), CancellationToken.None);
            var open = step!.Open.Clone();
            open.Whole = false;
            var whole = Messages.Whole(Numbered(open.Clone(), before), folder.State);

            var taking = Judge(before, open, step.SealedPart);

            if (taking is null)
            {
                AssertNothingIsGivenUp(before, folder.State);
            }

            // Of frames, more than one list may name the same: what that comes to is not told by the lists.
            if (open.Condemned.Count + open.Held.Count + open.Released.Count == 0)
            {
                Assert.True(OnlyAdds(before, open) == taking is null, $"record {i}: {taking}: {open}");
            }

            Assert.Equal(taking, Judge(before, whole.Open, whole.SealedPart));
        }
    }

    /// <summary>Told by the lists of the step, where the rules compare what was and what is.</summary>
    private static bool OnlyAdds(BackupState before, Record open) =>
        open.Owner is null
        && !(open.Ownerless && before.Owner is not null)
        && open.Continued is null
        && open.Keys is null
        && open.PointsRemoved.Count == 0
        && open.TablesDropped.Count == 0
        && open.SegmentsPurged.Count == 0
        && open.FilesCondemned.Count == 0
        && !open.FilesPurged.Any(before.CondemnedFiles.ContainsKey)
        && open.Protections.Count == 0
        && open.PointChanges.All(change => !Changes(before, change))
        && open.Segments.All(segment =>
            !SegmentId.TryRead(segment.Id.Span, out var id) || !before.Segments.ContainsKey(id)
        );

    private static void AssertNothingIsGivenUp(BackupState before, BackupState after)
    {
        foreach (var (id, segment) in before.Segments)
        {
            Assert.Equal(segment.Condemned.Numbers(), after.Segments[id].Condemned.Numbers());
            Assert.Empty(after.Segments[id].Held.Except(segment.Held).Numbers());
        }
    }

    private static bool Changes(BackupState before, PointChange change) =>
        PointId.TryRead(change.Id.Span, out var id)
        && before.FindPoint(id) is { } point
        && (
            (Kind)point.Kind != change.Kind
            || (point.Parent is { } parent ? ByteString.CopyFrom(parent.ToBytes()) : ByteString.Empty) != change.Parent
            || point.IsComplete == change.Incomplete
            || (Pin)point.Pin != change.Pin
        );

    private static string? Judge(BackupState before, Record open, Sealed sealedPart)
    {
        var file = RecordCodec.Encode(Numbered(open, before), sealedPart);
        return AppendRules.FindTaking(before, RecordCodec.RecordName(before.Number + 1), file, s_here);
    }

    private static Record Following(BackupState before) => Numbered(new Record { Step = "test" }, before);

    private static Record Numbered(Record open, BackupState before)
    {
        open.Number = (ulong)(before.Number + 1);
        open.Previous = ByteString.CopyFrom(before.Head.ToBytes());
        return open;
    }

    private static async Task<BackupFolder> CreateAsync() =>
        (
            await BackupFolder.CreateAsync(
                new MemoryObjectStore(),
                "b",
                1 << 20,
                BackupOrigin.Copy,
                new OwnerState(JobId.New(), "job", s_here, "server"),
                "{}"u8.ToArray(),
                password: null,
                new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 2, 0, 0, TimeSpan.Zero)),
                CancellationToken.None
            )
        )!;
}
