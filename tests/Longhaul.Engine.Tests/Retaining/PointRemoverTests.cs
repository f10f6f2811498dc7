using Longhaul.Core.Retention;
using Longhaul.Engine.Retaining;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Retaining;

/// <summary>Taking points out of a backup to which another writes too.</summary>
public sealed class PointRemoverTests : IDisposable
{
    private readonly Estate _estate = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_another_removed_first_was_not_removed_here()
    {
        var content = new byte[1 << 20];
        var machine = _estate.AddMachine("web", ("root", content));
        var (job, store) = (_estate.BackupJob(), new MemoryObjectStore());
        var backup = await _estate.CreateAsync(job, store);
        for (var point = 0; point < 2; point++)
        {
            new Random(point).NextBytes(content);
            await _estate.BackUpAsync(backup, job, machine);
        }

        var other = await _estate.OpenAsync(store, job.Repository);
        var oldest = backup.Folder.State.Points.First();
        await Janitor.RemoveAsync(other, oldest);
        _estate.Clock.Advance(TimeSpan.FromSeconds(1)); // Else both would write the very same record.
        var asked = 0;

        var condemned = await new PointRemover(backup.Folder, backup.Tables, backup.Frames.Tables).RemoveAsync(
            state =>
            {
                asked++;
                return [ChainEditor.Remove(state.Machines[machine.Id].Points, oldest.Id)];
            },
            "delete",
            session: null,
            Token
        );

        // First against what was known before, and then against what is.
        Assert.Equal((2, 0L), (asked, condemned));
        Assert.Single(backup.Folder.State.Points);
    }

    /// <inheritdoc/>
    public void Dispose() => _estate.Dispose();
}
