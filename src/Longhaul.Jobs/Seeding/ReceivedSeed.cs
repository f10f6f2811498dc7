using Longhaul.Format.Seeds;
using Longhaul.Jobs.Repositories;

namespace Longhaul.Jobs.Seeding;

/// <summary>A seed that is in a repository.</summary>
/// <param name="List">What it consists of.</param>
/// <param name="Folder">Name of its folder: the backup's name.</param>
/// <param name="FilesMoved">Files that were brought by a rename.</param>
/// <param name="FilesCopied">Files that were copied.</param>
/// <param name="BytesCopied">Their bytes.</param>
/// <param name="Awaiting">Names of the jobs here that wait for it.</param>
/// <param name="Rescan">What the repository has now.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ReceivedSeed(
    SeedList List,
    string Folder,
    int FilesMoved,
    int FilesCopied,
    long BytesCopied,
    IReadOnlyList<string> Awaiting,
    RescanReport Rescan
);
