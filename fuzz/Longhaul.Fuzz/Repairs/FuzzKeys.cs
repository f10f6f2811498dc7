using Longhaul.Format.Keys;

namespace Longhaul.Fuzz.Repairs;

/// <summary>The keys of every encrypted file here: the same ones each time, so that a finding can be run again.</summary>
internal static class FuzzKeys
{
    /// <summary>The list key.</summary>
    internal static ListKey Key { get; } =
        new(BackupId.TryParse("11111111111141118111111111111111", out var id) ? id : default, 1, new byte[32]);

    /// <summary>All keys of the backup.</summary>
    internal static BackupKeys All { get; } = new([Key], new byte[32]);
}
