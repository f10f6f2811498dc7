using Longhaul.Catalog.Sessions;
using Longhaul.Core.Backups;
using Xunit;

namespace Longhaul.Cli.Tests.Commands;

public sealed class SessionCommandTests : IDisposable
{
    private readonly Shell _shell = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task A_session_shows_every_field_of_the_contract()
    {
        var session = await SaveAsync(minute: 0);

        var shown = await _shell.JsonAsync("session", "show", session.Id.ToString()[..8]);

        string[] fields =
        [
            "id",
            "job",
            "state",
            "started",
            "ended",
            "machines",
            "pointsRemoved",
            "bytesCondemned",
            "bytesReclaimed",
            "bytesRead",
            "bytesTransferred",
            "bytesWritten",
            "bottleneck",
        ];
        string[] machineFields =
        [
            "machine",
            "point",
            "kind",
            "baselineFoundBy",
            "blocksChanged",
            "blocksDelta",
            "blocksKnown",
            "bytesRead",
            "bytesTransferred",
            "bytesWritten",
            "resumed",
            "state",
            "message",
        ];
        Assert.All(fields, field => Assert.True(shown.TryGetProperty(field, out _), field));
        var machine = shown.GetProperty("machines")[0];
        Assert.All(machineFields, field => Assert.True(machine.TryGetProperty(field, out _), field));
        Assert.Equal("warning", shown.Text("state"));
        Assert.Equal("2026-11-22T03:00:00.000Z", shown.Text("started"));
        Assert.Equal(1, shown.Number("pointsRemoved"));
        Assert.Equal("increment", machine.Text("kind"));
        Assert.Equal("success", machine.Text("state"));
        Assert.Equal("digests", machine.Text("baselineFoundBy"));
    }

    [Fact]
    public async Task Sessions_are_listed_oldest_first_in_their_short_form()
    {
        var second = await SaveAsync(minute: 2);
        var first = await SaveAsync(minute: 1);

        var listed = await _shell.JsonAsync("session", "list");

        Assert.Equal(
            [first.Id.ToString(), second.Id.ToString()],
            listed.EnumerateArray().Select(session => session.Text("id"))
        );
        JsonAssert.IsShortFormOf(listed[0], await _shell.JsonAsync("session", "show", first.Id.ToString()));
        Assert.Single((await _shell.JsonAsync("session", "list", "--limit", "1")).EnumerateArray());
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await _shell.ErrorAsync(4, "session.not-found", "session", "show", "abcdef");
        await _shell.ErrorAsync(4, "session.not-found", "session", "show", "no-id");
        await _shell.ErrorAsync(4, "job.not-found", "session", "list", "--job", "none");
    }

    [Fact]
    public async Task A_person_reads_a_table()
    {
        await SaveAsync(minute: 0);

        Assert.Equal(0, await _shell.RunAsync("session", "list"));
        var text = _shell.Interaction.Out.ToString();
        Assert.Contains("nightly", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", text, StringComparison.Ordinal);
    }

    private async Task<SessionRecord> SaveAsync(int minute)
    {
        var started = _shell.Clock.GetUtcNow().AddMinutes(minute);
        var session = new SessionRecord
        {
            Id = SessionId.New(),
            JobId = JobId.New(),
            Job = "nightly",
            State = SessionState.Warning,
            StartedAt = started,
            EndedAt = started.AddMinutes(1),
            Tasks =
            [
                new SessionTask
                {
                    MachineId = MachineId.New(),
                    Machine = "db",
                    State = SessionState.Success,
                    Point = PointId.New(),
                    Kind = PointKind.Increment,
                    BaselineFoundBy = "digests",
                },
            ],
            RemovedPoints = [new(PointId.New(), "db", _shell.Clock.GetUtcNow(), "keep 7: merged into the next point")],
            PointsRemoved = 1,
            Bottleneck = "send",
        };
        await using var work = await _shell.Catalog.WriteAsync(Token);
        await work.Sessions.SaveAsync(session, Token);
        await work.CommitAsync(Token);
        return session;
    }
}
