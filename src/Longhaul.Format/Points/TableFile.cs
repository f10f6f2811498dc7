namespace Longhaul.Format.Points;

/// <summary>What the tables of one point file read from.</summary>
/// <param name="File">The file.</param>
/// <param name="Cache">Keeps pages and nodes.</param>
/// <param name="Key">Names backup, file and content in the cache.</param>
/// <param name="Limit">Where pages and nodes end in the file.</param>
/// <param name="Cipher">Opens pages and nodes; null in a plain file.</param>
internal sealed record TableFile(IByteRange File, NodeCache Cache, string Key, long Limit, PointCipher? Cipher);
