using Longhaul.Core.Verifying;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Verifying;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Verifying;

/// <summary>Samples in a row find what a verification of all data finds, and read little of it at a time.</summary>
public sealed class SampleTests : IAsyncLifetime
{
    private const int Parts = 4;

    private readonly EstatePassword _password = new();
    private readonly Estate _estate = new();
    private readonly MemoryObjectStore _store = new();
    private OpenBackup _sound = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Deltas whose bases lie in other segments, held bases and dead frames.</summary>
    public async ValueTask InitializeAsync()
    {
        _estate.Password = _password;
        var job = _estate.BackupJob(keep: 100);
        var machine = _estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(6, seed: 1)));
        _sound = await _estate.CreateAsync(job, _store);
        await Janitor.GrowAsync(_estate, _sound, job, machine, 9, seed: 5);
        var points = _sound.Folder.State.Machines[machine.Id].Points;
        await Janitor.RemoveAsync(_sound, points[0], points[3]);
    }

    public ValueTask DisposeAsync()
    {
        _estate.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Samples_in_a_row_find_exactly_what_reading_everything_finds(bool byContent)
    {
        var all = BackupVerifier.SegmentsOf(_sound.Folder.State);
        var reports = new List<VerifyReport>();
        foreach (var segment in all)
        {
            var backup = await DamageAsync(segment.Id, byContent);
            var verifier = new BackupVerifier(backup, null);
            var whole = byContent ? await verifier.VerifyAsync(data: true, Token) : await verifier.ScrubAsync(Token);
            IReadOnlyList<SegmentCheck> known = [];
            var (found, verified) = (new HashSet<string>(), new HashSet<SegmentId>());
            for (var night = 0; night < Parts; night++)
            {
                var report = await SampleAsync(verifier, known, byContent);
                known = SampleRotation.After(
                    all,
                    known,
                    report.Chosen,
                    report.Verified,
                    DateTimeOffset.UnixEpoch,
                    isSample: true
                );
                found.UnionWith(report.Damaged.Select(damage => $"{damage.File} {damage.Offset}"));
                verified.UnionWith(report.Verified);
                reports.Add(report);
            }

            Assert.Equal(
                whole.Damaged.Select(damage => $"{damage.File} {damage.Offset}").Distinct().Order(),
                found.Order()
            );
            Assert.DoesNotContain(segment.Id, verified);
            Assert.Equal(whole.Verified.Order(), verified.Order());
        }

        Assert.Contains(reports, report => report.Damaged.Count > 0);
        Assert.Contains(reports, report => report.Damaged.Count == 0);
    }

    [Fact]
    public async Task A_sample_of_a_sound_backup_compares_the_blocks_of_its_segments_and_no_other()
    {
        var all = BackupVerifier.SegmentsOf(_sound.Folder.State);
        var whole = await new BackupVerifier(_sound, null).VerifyAsync(data: true, Token);
        Assert.Equal(all.Select(segment => segment.Id).Order(), whole.Verified.Order());

        var blocks = 0L;
        foreach (var segment in all)
        {
            var one = await new BackupVerifier(_sound, null).VerifySampleAsync(
                _ => new HashSet<SegmentId> { segment.Id },
                Token
            );
            Assert.Equal([segment.Id], one.Verified);
            Assert.Single(one.Chosen);
            blocks += one.BlocksChecked;
        }

        Assert.Equal(whole.BlocksChecked, blocks);
    }

    [Fact]
    public async Task The_structure_alone_verifies_no_segment()
    {
        var report = await new BackupVerifier(_sound, null).VerifyAsync(data: false, Token);
        Assert.Empty(report.Verified);
        Assert.Empty(report.Chosen);
    }

    private static async Task<VerifyReport> SampleAsync(
        BackupVerifier verifier,
        IReadOnlyList<SegmentCheck> known,
        bool byContent
    ) =>
        byContent
            ? await verifier.VerifySampleAsync(all => SampleRotation.Choose(all, known, Parts), Token)
            : await verifier.ScrubSampleAsync(all => SampleRotation.Choose(all, known, Parts), Token);

    /// <summary>The backup with one frame of a segment damaged after it was opened; scrubbed without its password.</summary>
    private async Task<OpenBackup> DamageAsync(SegmentId segment, bool byContent)
    {
        var table = await _sound.Frames.Tables.GetAsync(segment, Token);
        var state = _sound.Folder.State.Segments[segment];
        var needed = table.Frames.Where(frame => !state.Condemned.Contains(frame.Number)).ToArray();
        var name = _sound.Frames.Tables.FileOf(segment);
        var bytes = _store.Snapshot().Objects[name].ToArray();
        bytes[needed[^1].PayloadOffset + 2] ^= 4;

        _estate.Password = byContent ? _password : null;
        var watched = new WatchedStore(_store);
        var backup = await _estate.OpenAsync(watched, _estate.Here);
        var snapshot = _store.Snapshot();
        watched.Inner = new MemoryObjectStore(snapshot with { Objects = snapshot.Objects.SetItem(name, bytes) });
        return backup;
    }
}
