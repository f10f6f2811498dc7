using Longhaul.Core;
using Longhaul.Format.Points;

namespace Longhaul.Fuzz.Targets;

/// <summary>The two columns of a page: put together, encoded again, and read back as the same page.</summary>
/// <remarks>The input is the digest column behind its length in 2 bytes, and the address column.</remarks>
internal sealed class PageTarget : IFuzzTarget
{
    private static readonly Digest s_zero = Digest.Of([]);

    private static readonly SegmentId[] s_segments =
    [
        .. Enumerable
            .Range(1, 3)
            .Select(n => SegmentId.TryParse($"{n}1111111111141118111111111111111", out var id) ? id : default),
    ];

    /// <inheritdoc/>
    public static string Name => "page";

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var stored = LogTarget.Next(ref input);
        var hasDigests = TableColumns.TryDecodeDigests(stored, s_zero, out var digests);
        var hasAddresses = TableColumns.TryDecodeAddresses(input, s_segments, out var addresses);
        _ = TableColumns.TryDecodeAddresses(input, [], out _);
        if (!hasDigests || !hasAddresses || TableColumns.Join(digests!, addresses!) is not { } page)
        {
            return;
        }

        Expect.That(
            TableColumns.TryDecodeDigests(TableColumns.EncodeDigests(page), s_zero, out digests)
                && TableColumns.TryDecodeAddresses(
                    TableColumns.EncodeAddresses(page, id => Array.IndexOf(s_segments, id)),
                    s_segments,
                    out addresses
                )
                && TableColumns.Join(digests, addresses) is { } again
                && Slots.Of(page.Present).SequenceEqual(Slots.Of(again.Present))
                && Slots.Of(page.Present).All(slot => page[slot] == again[slot]),
            "encoded again it is another page"
        );
    }
}
