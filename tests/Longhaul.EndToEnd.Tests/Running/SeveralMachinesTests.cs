using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>Machines of one backup share what they have in common.</summary>
public sealed class SeveralMachinesTests : IDisposable
{
    private const int Block = 256 << 10;

    private readonly Site _site = new(seed: 21);

    [Fact]
    public async Task A_machine_may_take_over_what_another_gives_up_in_the_same_run()
    {
        await _site.SetUpAsync(8 * Block);
        var twin = _site["twin.img"];
        await File.WriteAllBytesAsync(twin, new byte[8 * Block], TestContext.Current.CancellationToken);
        (await _site.RunAsync("machine add twin --disk", $"root={twin}")).Ended(0);
        (
            await _site.RunAsync(
                "job add backup both --machine web twin --repository near --block-size 256KiB --keep 1"
            )
        ).Ended(0);
        (await _site.RunAsync("job add copy away --job both --repository far --keep 1")).Ended(0);
        (await _site.RunAsync("job run both")).Ended(0);
        (await _site.RunAsync("job run away")).Ended(0);

        // The block moves from one machine to the other, and only points that retention removes have it where it was.
        MoveFirstBlock(_site.Disk.Path, twin);
        _site.Disk.Fill(0, Block);
        var backup = (await _site.RunAsync("job run both")).Ended(0).Document;
        var copy = (await _site.RunAsync("job run away")).Ended(0).Document;

        Assert.Equal(2, backup.GetProperty("pointsRemoved").GetInt32());
        Assert.Equal(2, copy.GetProperty("pointsRemoved").GetInt32());
        foreach (var name in new[] { "near/both", "far/away" })
        {
            Assert.Equal(DiskFile.HashOf(_site.Disk.Path), await _site.RestoreAsync(_site.Home, $"{name}/web@latest"));
            Assert.Equal(DiskFile.HashOf(twin), await _site.RestoreAsync(_site.Home, $"{name}/twin@latest"));
            (await _site.RunAsync($"backup verify {name} --data")).Ended(0);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _site.Dispose();

    private static void MoveFirstBlock(string from, string to)
    {
        using var source = File.OpenHandle(from);
        using var target = File.OpenHandle(to, FileMode.Open, FileAccess.ReadWrite);
        var block = new byte[Block];
        RandomAccess.Read(source, block, 0);
        RandomAccess.Write(target, block, 0);
    }
}
