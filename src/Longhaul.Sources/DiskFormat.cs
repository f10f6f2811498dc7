using System.Buffers.Binary;

namespace Longhaul.Sources;

/// <summary>Recognises disk images that are not raw, so that none is backed up as if it were.</summary>
/// <remarks>By what the formats begin with, or, a fixed VHD, end with; block/*.c of QEMU is the reference. A guest can
/// write such bytes onto its raw disk, and an image names files that are then read: a block device, and a file whose name
/// ends in <c>.raw</c>, are therefore not looked at.</remarks>
internal static class DiskFormat
{
    /// <summary>Bytes from the front that <see cref="Recognise"/> looks at.</summary>
    public const int HeadSize = 512;

    /// <summary>Bytes from the end that <see cref="Recognise"/> looks at.</summary>
    public const int TailSize = 512;

    /// <summary>Names an image's format. Never throws.</summary>
    /// <param name="head">The first <see cref="HeadSize"/> bytes, or all there are.</param>
    /// <param name="tail">The last <see cref="TailSize"/> bytes, or all there are.</param>
    /// <returns>The name people give it, such as <c>vhd</c>; null for what can only be raw.</returns>
    public static string? Recognise(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
    {
        if (head.StartsWith("QFI"u8) && head.Length >= 8 && head[3] == 0xfb)
        {
            return BinaryPrimitives.ReadUInt32BigEndian(head[4..]) == 1 ? "qcow" : "qcow2";
        }

        if (head.StartsWith("KDMV"u8) || head.StartsWith("COWD"u8) || head.StartsWith("# Disk DescriptorFile"u8))
        {
            return "vmdk";
        }

        if (head.StartsWith("vhdxfile"u8))
        {
            return "vhdx";
        }

        // A dynamic VHD has its footer in front too, a fixed one only at the end.
        if (head.StartsWith("conectix"u8) || tail.StartsWith("conectix"u8))
        {
            return "vhd";
        }

        if (head.StartsWith("QED\0"u8))
        {
            return "qed";
        }

        if (head.StartsWith("WithoutFreeSpace"u8) || head.StartsWith("WithouFreSpacExt"u8))
        {
            return "parallels";
        }

        return head.Length >= 68 && BinaryPrimitives.ReadUInt32LittleEndian(head[64..]) == 0xbeda107f ? "vdi" : null;
    }

    /// <summary>What QEMU calls a format.</summary>
    /// <param name="name">As <see cref="Recognise"/> says it.</param>
    /// <returns>Null for one that is not read: truncation could not be told from zeros.</returns>
    public static string? ForQemu(string name) =>
        name switch
        {
            "qcow2" or "vmdk" or "vhdx" or "vdi" => name,
            "vhd" => "vpc",
            _ => null,
        };

    /// <summary>Whether every intact file of a name's ending is recognised by its content.</summary>
    /// <remarks>Not <c>.vmdk</c>: the part of one that holds the data may be as raw as can be.</remarks>
    /// <param name="ending">With the dot.</param>
    public static bool IsNamedByContent(string ending) => ending is ".qcow2" or ".vhd" or ".vhdx" or ".vdi";
}
