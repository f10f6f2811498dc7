namespace Longhaul.Core.Backups;

/// <summary>What an operator may rely on when other points are gone.</summary>
public enum PointKind
{
    /// <summary>Readable without any other visible point.</summary>
    Full = 1,

    /// <summary>Needs the next older point; when that is removed, this one becomes the full.</summary>
    Increment = 2,

    /// <summary>Needs the next newer point; removing the oldest concerns nobody else.</summary>
    ReverseIncrement = 3,
}
