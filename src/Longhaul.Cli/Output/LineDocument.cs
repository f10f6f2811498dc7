using Longhaul.Mover.Client;

namespace Longhaul.Cli.Output;

/// <summary>What <c>mover benchmark</c> prints.</summary>
/// <param name="Mover">The URL.</param>
/// <param name="RoundTripMs">Median round trip, in milliseconds.</param>
/// <param name="Sending">Rates to the mover.</param>
/// <param name="Receiving">Rates from the mover.</param>
/// <param name="BestStreams">The fewest streams that carry within a twentieth of the most.</param>
/// <param name="NightBytes">What they carry to the mover in eight hours.</param>
internal sealed record LineDocument(
    string Mover,
    double RoundTripMs,
    IReadOnlyList<LineDocument.Rate> Sending,
    IReadOnlyList<LineDocument.Rate> Receiving,
    int BestStreams,
    long NightBytes
)
{
    /// <summary>What so many streams carried together.</summary>
    internal sealed record Rate(int Streams, long BytesPerSecond)
    {
        /// <summary>As it was measured.</summary>
        internal static Rate Of(LineReport.Rate rate) => new(rate.Streams, rate.BytesPerSecond);
    }
}
