namespace Longhaul.Format.Points;

/// <summary>What a sealed part of a point file is.</summary>
internal enum PointPart
{
    /// <summary>The digests of a page.</summary>
    Digests = 1,

    /// <summary>The addresses of a page.</summary>
    Addresses = 2,

    /// <summary>A node.</summary>
    Node = 3,

    /// <summary>The header.</summary>
    Header = 4,
}
