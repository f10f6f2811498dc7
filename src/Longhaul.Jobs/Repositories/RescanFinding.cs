namespace Longhaul.Jobs.Repositories;

/// <summary>One thing that a rescan has to say.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Folder">The folder or file, from the repository's top down.</param>
/// <param name="Message">A clause that says what was found.</param>
/// <param name="Hint">One sentence that says what to do.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RescanFinding(RescanKind Kind, string Folder, string Message, string Hint)
{
    /// <summary>Where it lay before, or what it is a copy of, as <c>REPOSITORY/NAME</c> or only <c>REPOSITORY</c>; null when
    /// that is not known, or not asked.</summary>
    public string? From { get; init; }

    /// <summary>The code of the error that using it would end with; null when there is none.</summary>
    public string? Code { get; init; }

    /// <summary>Every single thing that is meant, where there may be several: each missing file, each duplicate.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];
}

/// <summary>What a rescan may find.</summary>
public enum RescanKind
{
    /// <summary>A backup that the catalog did not know.</summary>
    New = 1,

    /// <summary>A backup that was known before, was gone, and is there again.</summary>
    Returned = 2,

    /// <summary>A known backup under another name, or out of another repository where it is no more.</summary>
    Moved = 3,

    /// <summary>A known backup whose folder is gone.</summary>
    Vanished = 4,

    /// <summary>Files that a backup needs are not there, or have another length.</summary>
    Incomplete = 5,

    /// <summary>Nothing is missing any more of a backup that was incomplete.</summary>
    Mended = 6,

    /// <summary>A backup that looks like one and cannot be read.</summary>
    Damaged = 7,

    /// <summary>A backup that is not what was seen of it: it went back, or has another history.</summary>
    History = 8,

    /// <summary>Several folders that are the same instance.</summary>
    Duplicate = 9,

    /// <summary>An encrypted backup that no password has opened.</summary>
    Locked = 10,

    /// <summary>A backup that a run is about to make, or was when it was cut off.</summary>
    Unfinished = 11,

    /// <summary>Files of a backup without its descriptor: what a deletion has left, or an incomplete carry.</summary>
    Remains = 12,

    /// <summary>A backup inside another folder, where nothing looks for it.</summary>
    Nested = 13,

    /// <summary>A backup in a folder whose name no backup can have.</summary>
    Misnamed = 14,

    /// <summary>A folder that is no backup.</summary>
    ForeignFolder = 15,

    /// <summary>A file that is no repository's.</summary>
    ForeignFile = 16,
}
