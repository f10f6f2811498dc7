namespace Longhaul.Engine.Reclaiming;

/// <summary>What compaction did.</summary>
/// <param name="Segments">Segments that were written again, and listed so.</param>
/// <param name="BytesWritten">Bytes of their new files.</param>
/// <param name="Damaged">Live frames and whole segments that are damaged, in words; left as they are.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CompactionReport(int Segments, long BytesWritten, IReadOnlyList<string> Damaged)
{
    /// <summary>Nothing was done.</summary>
    public static readonly CompactionReport None = new(0, 0, []);
}
