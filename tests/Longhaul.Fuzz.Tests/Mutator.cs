using System.Buffers.Binary;

namespace Longhaul.Fuzz.Tests;

/// <summary>Makes inputs of others as afl++ does: a few small changes at a time, now and then a piece of another input.</summary>
/// <param name="corpus">What they are made of; at least one.</param>
/// <param name="chance">Seeded, so that a round can be run again.</param>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, Random chance)
{
    private const int MaxLength = 1 << 16;

    private static readonly uint[] s_interesting =
    [
        0,
        1,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0xffff,
        0x10_0000,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_fffe,
        0xffff_ffff,
    ];

    /// <summary>The next input.</summary>
    internal byte[] Next()
    {
        var input = Any().ToList();
        for (var changes = 1 + chance.Next(6); changes > 0; changes--)
        {
            Change(input);
        }

        return input.Count <= MaxLength ? [.. input] : [.. input[..MaxLength]];
    }

    private void Change(List<byte> input)
    {
        var at = chance.Next(input.Count + 1);
        var length = Math.Min(1 + chance.Next(16), input.Count - at);
        switch (chance.Next(8))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << chance.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = (byte)chance.Next(256);
                break;
            case 2 when at < input.Count:
                input[at] = (byte)((input[at] + chance.Next(-8, 9)) & 0xff);
                break;
            case 3:
                input.RemoveRange(at, length);
                break;
            case 4:
                input.InsertRange(at, input.GetRange(at, length));
                break;
            case 5:
                input.InsertRange(at, Piece());
                break;
            case 6:
                Number(input, at);
                break;
            default:
                input.RemoveRange(at, chance.Next(4) == 0 ? input.Count - at : 0);
                break;
        }
    }

    private void Number(List<byte> input, int at)
    {
        var bytes = new byte[sizeof(uint)];
        var number = s_interesting[chance.Next(s_interesting.Length)];
        if (chance.Next(2) == 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        }

        for (var index = 0; index < bytes.Length && at + index < input.Count; index++)
        {
            input[at + index] = bytes[index];
        }
    }

    private byte[] Any() => corpus[chance.Next(corpus.Count)];

    private byte[] Piece()
    {
        var other = Any();
        var at = chance.Next(other.Length + 1);
        return other[at..(at + Math.Min(chance.Next(64), other.Length - at))];
    }
}
