using Longhaul.Core;
using Longhaul.Format.Digests;

namespace Longhaul.Format.Descriptors;

/// <summary><c>backup.json</c>: what makes a folder a backup. Written once, never changed.</summary>
/// <remarks>Source: docs/format.md, section "backup.json and repository.json".</remarks>
/// <param name="Id">The backup's id; the same in every copy of the folder.</param>
/// <param name="FormatVersion">The version it was made with.</param>
/// <param name="BlockSize">Bytes of a block; one size per backup.</param>
/// <param name="CreatedAt">When it was made, UTC; for people.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record BackupDescriptor(BackupId Id, int FormatVersion, int BlockSize, DateTimeOffset CreatedAt)
{
    /// <summary>Encodes the descriptor.</summary>
    /// <exception cref="InvalidOperationException">A value is out of range.</exception>
    public byte[] Encode()
    {
        if (Id.IsEmpty || !DigestTree.IsBlockSize(BlockSize) || FormatVersion is < 1 or > Format.FormatVersion.Current)
        {
            throw new InvalidOperationException("The descriptor is not valid.");
        }

        return DescriptorJson.Encode(
            new BackupJson(FormatVersion, Id.ToString(), BlockSize, CreatedAt.ToUniversalTime()),
            DescriptorContext.Default.BackupJson
        );
    }

    /// <summary>Decodes a descriptor that may be damaged or hostile.</summary>
    /// <param name="file">Name for the error.</param>
    /// <param name="bytes">All of the file.</param>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported.</exception>
    public static BackupDescriptor Decode(string file, ReadOnlySpan<byte> bytes)
    {
        var json = DescriptorJson.Decode(file, bytes, DescriptorContext.Default.BackupJson);
        return BackupId.TryParse(json.Id, out var id) && DigestTree.IsBlockSize(json.BlockSize)
            ? new BackupDescriptor(id, json.Format, json.BlockSize, json.CreatedAt)
            : throw Errors.DataDamaged(file, 0, "its id or block size is not valid");
    }
}
