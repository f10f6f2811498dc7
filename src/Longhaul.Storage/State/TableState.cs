namespace Longhaul.Storage.State;

/// <summary>A point file as the log lists it, whether its point is visible or not.</summary>
/// <param name="Point">The point it belongs to.</param>
/// <param name="Machine">The machine of that point.</param>
/// <param name="Sequence">Its position in the machine's chain.</param>
/// <param name="File">Its name, from the backup folder down.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Hash">SHA-256 of the whole file.</param>
/// <param name="Complete">Nothing older is needed to read it.</param>
/// <param name="FullSequence">Of a complete table whose point was made no full: sequence number of the last point that was
/// made one; else 0.</param>
/// <param name="KeyGeneration">Generation of the list key it is sealed under; 0 for a plain file.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record TableState(
    PointId Point,
    MachineId Machine,
    long Sequence,
    string File,
    long Size,
    Core.Digest Hash,
    bool Complete,
    long FullSequence = 0,
    int KeyGeneration = 0
)
{
    /// <summary>Whether it is complete only so that no point is read through too many tables.</summary>
    public bool IsHiddenFull => FullSequence > 0;
}
