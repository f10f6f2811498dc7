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

    /// <summary>The command before each machine waits until it has been started for both.</summary>
    [Fact]
    public async Task As_many_machines_as_the_job_allows_are_worked_on_at_the_same_time()
    {
        await _site.SetUpAsync(4 * Block);
        var other = _site["other.img"];
        await File.WriteAllBytesAsync(other, new byte[4 * Block], TestContext.Current.CancellationToken);
        (await _site.RunAsync("machine add other --disk", $"root={other}")).Ended(0);
        var begun = Directory.CreateDirectory(_site["begun"]).FullName;
        var meet =
            $"touch {begun}/$LONGHAUL_MACHINE; for i in $(seq 600); do "
            + $"[ $(ls {begun} | wc -l) = 2 ] && exit 0; sleep 0.1; done; exit 1";
        (
            await _site.RunAsync(
                "job add backup both --machine web other --repository near --max-tasks 2 --before",
                meet
            )
        ).Ended(0);

        var session = (await _site.RunAsync("job run both")).Ended(0).Document;

        var machines = session.GetProperty("machines").EnumerateArray().ToArray();
        Assert.Equal(["web", "other"], machines.Select(machine => machine.GetProperty("machine").GetString()));
        var shares = machines.Select(machine => machine.GetProperty("bytesTransferred").GetInt64()).ToArray();
        Assert.All(shares, share => Assert.NotEqual(0, share));
        Assert.InRange(shares.Sum(), 1, session.GetProperty("bytesTransferred").GetInt64());
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
