namespace Longhaul.Engine.Protecting;

/// <summary>What became of the protection of a backup's files.</summary>
/// <param name="Files">Names of the files that are protected now, or must not go all the same, as they should be.</param>
/// <param name="Set">Files that were not protected before.</param>
/// <param name="Lifted">Files whose time was over.</param>
/// <param name="Until">When the last protection is over, by the protected clock; null when nothing is protected.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ProtectionReport(IReadOnlySet<string> Files, int Set, int Lifted, DateTimeOffset? Until)
{
    /// <summary>Nothing is protected.</summary>
    public static readonly ProtectionReport None = new(new HashSet<string>(), 0, 0, null);

    /// <summary>What went wrong, so that files are not protected that should be, or not lifted; null for nothing.</summary>
    public Core.LonghaulException? Problem { get; init; }
}
