using Longhaul.Jobs.Homes;
using Longhaul.Storage.Leases;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Jobs.Tests.Homes;

/// <summary>A lease that stands still is seen to do so by one process after the other.</summary>
public sealed class FileLeaseMemoryTests : IDisposable
{
    private static readonly LeaseSighting s_sighting = new(7, "boot", TimeSpan.FromSeconds(12.5));

    private readonly TemporaryFolder _home = new();
    private readonly SessionId _lease = SessionId.New();

    [Fact]
    public void A_sighting_is_there_for_the_next_process()
    {
        Open().Remember(_lease, s_sighting);

        Assert.Equal(s_sighting, Open().Find(_lease));
        Assert.Null(Open().Find(SessionId.New()));
    }

    [Fact]
    public void The_latest_sighting_counts_until_it_is_forgotten()
    {
        Open().Remember(_lease, s_sighting);
        Open().Remember(_lease, s_sighting with { Counter = 8 });
        Assert.Equal(8, Open().Find(_lease)!.Counter);

        Open().Forget(_lease);
        Open().Forget(_lease);

        Assert.Null(Open().Find(_lease));
    }

    [Fact]
    public void What_was_seen_before_a_restart_is_cleared_away()
    {
        Open().Remember(_lease, s_sighting);
        var other = SessionId.New();

        Open().Remember(other, s_sighting with { BootId = "next" });

        Assert.Null(Open().Find(_lease));
        Assert.Equal(other.ToString(), Path.GetFileName(Assert.Single(Directory.GetFiles(_home["leases"]))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7 boot")]
    [InlineData("x boot 3")]
    public void A_file_that_says_nothing_is_no_sighting(string text)
    {
        Directory.CreateDirectory(_home["leases"]);
        File.WriteAllText(Path.Combine(_home["leases"], _lease.ToString()), text);

        Assert.Null(Open().Find(_lease));
    }

    public void Dispose() => _home.Dispose();

    private FileLeaseMemory Open() => new(_home["leases"]);
}
