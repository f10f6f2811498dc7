using Longhaul.Core;
using Longhaul.Format.Points;

namespace Longhaul.Engine.Copying;

/// <summary>One block of the target that is to be looked at.</summary>
/// <param name="Index">Its index, in the target's block size.</param>
/// <param name="Old">What it is in the baseline.</param>
/// <param name="IsComparable">False when the old version has another length, or cannot be read.</param>
/// <param name="Length">Its length, in bytes.</param>
/// <param name="Content">Digest of its new content; null when only reading tells, since block sizes differ.</param>
internal sealed record CopyBlock(long Index, BlockVersion Old, bool IsComparable, int Length, Digest? Content);
