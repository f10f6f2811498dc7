using Longhaul.Core;
using Longhaul.Format.Keys;

namespace Longhaul.Format.Points;

/// <summary>Seals the parts of one point file.</summary>
/// <remarks>A part is sealed about the point, what kind of part it is, and where in the file it stands: none can be put in
/// another's place. <para>Source: docs/format.md, section "Encryption".</para></remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class PointCipher
{
    private readonly FileKey _key;
    private readonly BackupId _backup;
    private readonly PointId _point;

    /// <summary>Derives the file's key.</summary>
    /// <param name="key">The list key the file is under.</param>
    /// <param name="point">The point.</param>
    /// <param name="salt">The file's salt, out of its preamble.</param>
    public PointCipher(ListKey key, PointId point, ReadOnlySpan<byte> salt)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, ListKey.SaltSize);
        (_key, _backup, _point) = (key.For(KeyPurpose.Point, salt), key.Backup, point);
    }

    /// <summary>Seals a part.</summary>
    public byte[] Seal(PointPart part, long offset, ReadOnlySpan<byte> plain) => _key.Seal(plain, About(part, offset));

    /// <summary>Opens a part that may be damaged, forged, or from another place.</summary>
    /// <exception cref="LonghaulException">data.damaged.</exception>
    public byte[] Open(string file, PointPart part, long offset, ReadOnlySpan<byte> stored) =>
        _key.Open(stored, About(part, offset))
        ?? throw Errors.DataDamaged(file, offset, "it was not sealed under this key, in this place");

    private byte[] About(PointPart part, long offset) =>
        [
            .. ListKey.About(
                "longhaul point part",
                _backup,
                (int)part,
                (int)(offset & int.MaxValue),
                (int)(offset >> 31)
            ),
            .. _point.ToBytes(),
        ];
}
