using Longhaul.Cli.Progress;
using Longhaul.Jobs.Progress;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Longhaul.Cli.Tests.Progress;

public sealed class ProgressFeedTests : IProgress<RunProgress>
{
    private readonly List<(string Stage, long Done)> _reports = [];

    [Fact]
    public void The_disks_under_way_are_named()
    {
        var machine = new ProgressFeed(this, new FakeTimeProvider()).Begin("db", "backing up", bytesTotal: 100);
        machine.BeginDisk("root");
        machine.Advance(10);
        machine.BeginDisk("data");
        machine.Advance(20);
        machine.EndDisk("root");
        machine.Advance(30);
        machine.EndDisk("data");
        machine.Advance(40);

        Assert.Equal(
            [
                ("backing up", 0),
                ("backing up root", 10),
                ("backing up root, data", 30),
                ("backing up data", 60),
                ("backing up", 100),
            ],
            _reports
        );
    }

    void IProgress<RunProgress>.Report(RunProgress value) => _reports.Add((value.Stage, value.BytesDone));
}
