using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Longhaul.Jobs.Progress;

namespace Longhaul.Cli.Output;

/// <summary>A line of <c>--progress json</c>. Bytes are counts, the rate is bytes a second.</summary>
internal sealed record ProgressDocument(
    DateTimeOffset Time,
    string Machine,
    string? Disk,
    string Stage,
    long BytesDone,
    long? BytesTotal,
    long? BytesTransferred,
    long? Rate,
    long? EtaSeconds
)
{
    /// <summary>Makes the document.</summary>
    /// <param name="progress">The report.</param>
    /// <param name="now">When it is shown, UTC.</param>
    public static ProgressDocument Of(RunProgress progress, DateTimeOffset now) =>
        new(
            now,
            progress.Machine,
            progress.Disk,
            progress.Stage,
            progress.BytesDone,
            progress.BytesTotal,
            progress.BytesTransferred,
            progress.Rate is { } rate && double.IsFinite(rate) ? (long)Math.Clamp(rate, 0, 1e18) : null,
            progress.Eta is { } eta ? (long)eta.TotalSeconds : null
        );
}

/// <summary>Writes lines: without the line feeds of the other documents.</summary>
/// <threadsafety>Immutable.</threadsafety>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(UtcTimeJsonConverter)]
)]
[JsonSerializable(typeof(ProgressDocument))]
[SuppressMessage("Maintainability", "CA1506", Justification = "The coupling is in generated code.")]
internal sealed partial class ProgressJsonContext : JsonSerializerContext;
