using System.Text.Json;
using System.Threading.Channels;
using Longhaul.Cli.Progress;
using Longhaul.Jobs.Progress;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Longhaul.Cli.Tests.Progress;

public sealed class ProgressDisplayTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 3, 0, 0, TimeSpan.Zero));
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Fact]
    public async Task Lines_show_the_newest_of_each_disk_every_few_seconds_and_at_the_end()
    {
        await using (var display = new ProgressDisplay(new PlainRenderer(_output), _clock))
        {
            display.Report(At(1, "disk0"));
            display.Report(At(2, "disk0"));
            display.Report(At(3, "disk1"));
        }

        Assert.Equal(
            """
            db/disk0  send   50%  2KiB of 4KiB  transferred 20B  1KiB/s  ETA 2s
            db/disk1  send   75%  3KiB of 4KiB  transferred 30B  1KiB/s  ETA 1s

            """,
            _output.ToString()
        );
    }

    [Fact]
    public void A_disk_that_has_not_come_further_gets_no_line()
    {
        var renderer = new PlainRenderer(_output);
        renderer.Render([At(1, "disk0")]);
        renderer.Render([At(1, "disk0")]);
        renderer.Finish([At(1, "disk0")]);

        Assert.Single(_output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_renderer_is_called_at_its_period()
    {
        var renderer = new WaitingRenderer();
        await using var display = new ProgressDisplay(renderer, _clock);
        display.Report(At(1, "disk0"));

        _clock.Advance(renderer.Period);

        Assert.Equal([At(1, "disk0")], await renderer.Rendered.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Json_lines_are_one_document_each()
    {
        var renderer = new JsonLinesRenderer(_output, _clock);
        renderer.Render([At(1, "disk0"), At(2, null)]);

        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        using var document = JsonDocument.Parse(lines[0]);
        Assert.Equal("db", document.RootElement.Text("machine"));
        Assert.Equal("disk0", document.RootElement.Text("disk"));
        Assert.Equal(1024, document.RootElement.Number("bytesDone"));
        Assert.Equal(3, document.RootElement.Number("etaSeconds"));
        Assert.Equal("2026-11-22T03:00:00.000Z", document.RootElement.Text("time"));
    }

    [Fact]
    public void A_bar_is_drawn_again_in_place_and_stays_at_the_end()
    {
        var renderer = new BarRenderer(_output, width: 80);
        renderer.Render([At(1, "disk0"), At(2, "disk1")]);
        renderer.Finish([At(4, "disk0"), At(4, "disk1")]);
        renderer.Render([]);

        var text = _output.ToString();
        Assert.Equal(1, text.Split("\u001b[2A\u001b[J").Length - 1);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Replace("\u001b[2A\u001b[J", "").Length, 0, 79));
        Assert.Contains("100%", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_disks_are_counted_rather_than_scrolled()
    {
        var renderer = new BarRenderer(_output, width: 80);
        renderer.Render([.. Enumerable.Range(0, 40).Select(i => At(i < 30 ? 4 : 1, $"disk{i}"))]);

        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(11, lines.Length);
        Assert.Equal("30 of 40 done", lines[^1]);
    }

    [Fact]
    public void What_is_unknown_is_left_out()
    {
        var progress = new RunProgress("db", null, "plan", 5, null, 0, null, null);

        Assert.Equal("5B  transferred 0B", ProgressText.Numbers(progress));
        Assert.Null(ProgressText.Share(progress));
        Assert.Equal(1, ProgressText.Share(progress with { BytesTotal = 0 }));
    }

    private static RunProgress At(int kibibytes, string? disk) =>
        new("db", disk, "send", kibibytes << 10, 4 << 10, kibibytes * 10, 1024, TimeSpan.FromSeconds(4 - kibibytes));

    private sealed class WaitingRenderer : IProgressRenderer
    {
        private readonly Channel<IReadOnlyList<RunProgress>> _rendered = Channel.CreateBounded<
            IReadOnlyList<RunProgress>
        >(8);

        public ChannelReader<IReadOnlyList<RunProgress>> Rendered => _rendered.Reader;

        public TimeSpan Period => TimeSpan.FromSeconds(1);

        public void Render(IReadOnlyList<RunProgress> present) => _rendered.Writer.TryWrite(present);

        public void Finish(IReadOnlyList<RunProgress> present) { }
    }
}
