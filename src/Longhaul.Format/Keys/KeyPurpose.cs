namespace Longhaul.Format.Keys;

/// <summary>What a key is derived for: no two purposes share one.</summary>
internal enum KeyPurpose
{
    /// <summary>The payloads of one segment.</summary>
    Segment,

    /// <summary>Pages, nodes and header of one point file.</summary>
    Point,

    /// <summary>The sealed parts of log records.</summary>
    Record,

    /// <summary>The MACs of log records.</summary>
    RecordMac,

    /// <summary>The sealed parts of checkpoints.</summary>
    Checkpoint,

    /// <summary>The MACs of checkpoints.</summary>
    CheckpointMac,

    /// <summary>The older list key, and the digest key, in a key list.</summary>
    KeyList,

    /// <summary>A value that tells whether one has the right key.</summary>
    Check,
}
