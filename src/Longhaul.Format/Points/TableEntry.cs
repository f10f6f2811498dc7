namespace Longhaul.Format.Points;

/// <summary>What a table says of one block.</summary>
/// <param name="New">What stands there in this point.</param>
/// <param name="Old">What this point replaced there; null where the table is complete and nothing, or nothing known, was
/// replaced.</param>
public readonly record struct TableEntry(BlockVersion New, BlockVersion? Old);
