namespace Longhaul.Engine.Copying;

/// <summary>Blocks of one page of the target that differ, or may differ.</summary>
/// <param name="Page">The page, from 0.</param>
/// <param name="Blocks">One bit per block, the lowest for the page's first.</param>
internal readonly record struct ChangedPage(long Page, ulong Blocks);
