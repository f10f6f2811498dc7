namespace Longhaul.Mover.Client;

/// <summary>What a line to a mover carries, as it was measured.</summary>
/// <param name="RoundTrip">Median time of a small question and its answer.</param>
/// <param name="Sending">Rates to the mover, by how many streams at a time; fewest first.</param>
/// <param name="Receiving">Rates from the mover, by how many streams at a time; fewest first.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record LineReport(
    TimeSpan RoundTrip,
    IReadOnlyList<LineReport.Rate> Sending,
    IReadOnlyList<LineReport.Rate> Receiving
)
{
    /// <summary>What so many streams carried together.</summary>
    /// <param name="Streams">Pieces under way at a time, each over its own connection.</param>
    /// <param name="BytesPerSecond">Payload that the other end had, a second.</param>
    public sealed record Rate(int Streams, long BytesPerSecond);

    /// <summary>The fewest streams that carry within a twentieth of what the best does: more of them win nothing.</summary>
    public Rate Best
    {
        get
        {
            var most = Sending.Max(rate => rate.BytesPerSecond);
            return Sending.First(rate => rate.BytesPerSecond >= most * 19 / 20);
        }
    }
}
