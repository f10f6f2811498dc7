using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Core;

namespace Longhaul.Cli.Commands.Movers;

/// <summary><c>mover benchmark URL [--seconds N]</c></summary>
internal sealed class MoverBenchmarkCommand : CliCommand
{
    private const int NightHours = 8;

    private static readonly int[] s_streams = [1, 2, 4, 8];

    private readonly Argument<string> _url = new("URL")
    {
        Description = "A repository behind a mover that this end is paired with: mover://HOST:PORT/NAME",
    };

    private readonly Option<int> _seconds = new("--seconds")
    {
        Description = "How long each of the eight measurements goes on (3)",
        HelpName = "N",
        DefaultValueFactory = _ => 3,
    };

    /// <summary>Makes the command.</summary>
    public MoverBenchmarkCommand()
        : base(
            "benchmark",
            "Measures the line to a mover: round trip, rates with one and several streams, and what a night can carry",
            "longhaul mover benchmark mover://backup.example.com:9200/main"
        )
    {
        Add(_url);
        Add(_seconds);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var seconds = context.Value(_seconds);
        if (seconds is < 1 or > 600)
        {
            throw Errors.UsageInvalid($"{seconds} seconds cannot be measured over", "Give --seconds 1 to 600.");
        }

        var text = context.Value(_url)!;
        var url =
            RepositoryOpener.FindUrl(text)
            ?? throw Errors.UsageInvalid($"'{text}' is no mover's URL", "Write mover://HOST:PORT/NAME.");
        var report = await context.Repositories.Movers.MeasureAsync(
            url,
            s_streams,
            TimeSpan.FromSeconds(seconds),
            context.Say,
            cancellationToken
        );
        var document = new LineDocument(
            url.ToString(),
            report.RoundTrip.TotalMilliseconds,
            [.. report.Sending.Select(LineDocument.Rate.Of)],
            [.. report.Receiving.Select(LineDocument.Rate.Of)],
            report.Best.Streams,
            report.Best.BytesPerSecond * NightHours * 3600
        );
        context.Print(
            document,
            CliJson.Context.LineDocument,
            () =>
                PeopleTables.Facts([
                    ("Round trip", $"{document.RoundTripMs:0.0} ms"),
                    .. document.Sending.Select(rate =>
                        ($"Sending, {Streams(rate)}", (string?)RateValue.Format(rate.BytesPerSecond))
                    ),
                    .. document.Receiving.Select(rate =>
                        ($"Receiving, {Streams(rate)}", (string?)RateValue.Format(rate.BytesPerSecond))
                    ),
                    ("Streams that suffice", $"{document.BestStreams}"),
                    ($"A night of {NightHours} hours carries", SizeValue.Format(document.NightBytes)),
                ])
        );
        return ExitCodes.Done;
    }

    private static string Streams(LineDocument.Rate rate) => rate.Streams == 1 ? "1 stream" : $"{rate.Streams} streams";
}
