using System.Buffers.Binary;
using System.Numerics;
using Longhaul.Format.Points;

namespace Longhaul.Fuzz.Targets;

/// <summary>A node of a table's tree: its children lie before it, in order and apart; encoded again it says the same.</summary>
/// <remarks>The input is the node's offset in 4 bytes, the number of its children with the top bit set when they are pages,
/// and the node.</remarks>
internal sealed class NodeTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "node";

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (input.Length < 5)
        {
            return;
        }

        var offset = PointPreamble.Size + (long)BinaryPrimitives.ReadUInt32LittleEndian(input);
        var (count, ofPages) = ((input[4] & 63) + 1, (input[4] & 0x80) != 0);
        if (!TableColumns.TryDecodeNode(input[5..], offset, count, ofPages, out var node))
        {
            return;
        }

        Expect.That(BitOperations.Log2(node.Present) < count, "it names a child that there is not");
        var end = (long)PointPreamble.Size;
        foreach (var slot in Slots.Of(node.Present))
        {
            var child = node.ExtentOf(slot);
            Expect.That(child.Offset >= end && child.End <= offset && child.Length > 0, "a child lies out of place");
            end = child.End;
        }

        var children = Slots.Of(node.Present).Select(slot => (node[slot], node.ExtentOf(slot))).ToArray();
        var encoded = TableColumns.EncodeNode(offset, node.Present, children, ofPages);
        Expect.That(
            TableColumns.TryDecodeNode(encoded, offset, count, ofPages, out var again)
                && again.Present == node.Present
                && Slots
                    .Of(node.Present)
                    .All(slot => again[slot] == node[slot] && again.ExtentOf(slot) == node.ExtentOf(slot)),
            "encoded again it is another node"
        );
    }
}
