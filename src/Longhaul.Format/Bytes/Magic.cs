namespace Longhaul.Format.Bytes;

/// <summary>The first eight bytes of every binary file and footer, read as a big-endian number.</summary>
/// <remarks>Each is the first eight bytes of SHA-256 of the string beside it. They never change.</remarks>
internal static class Magic
{
    /// <summary>SHA-256("Longhaul segment preamble v1")[0..8].</summary>
    public const ulong SegmentPreamble = 0xeb0fa564f0daea9b;

    /// <summary>SHA-256("Longhaul segment footer v1")[0..8].</summary>
    public const ulong SegmentFooter = 0x49b4ceee956111ef;

    /// <summary>SHA-256("Longhaul point preamble v1")[0..8].</summary>
    public const ulong PointPreamble = 0x8ca11884ec6b1219;

    /// <summary>SHA-256("Longhaul point footer v1")[0..8].</summary>
    public const ulong PointFooter = 0x68a77e9aefb39d63;

    /// <summary>SHA-256("Longhaul log record v1")[0..8].</summary>
    public const ulong Record = 0xc6f99984dfd06283;

    /// <summary>SHA-256("Longhaul checkpoint v1")[0..8].</summary>
    public const ulong Checkpoint = 0x501c306624da1f0a;
}
