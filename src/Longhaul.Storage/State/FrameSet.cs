using System.Numerics;

namespace Longhaul.Storage.State;

/// <summary>Some of the frames of one segment, by number.</summary>
/// <remarks>One bit per frame up to the highest member; a segment of 1 GiB with 1 MiB blocks needs 128 bytes.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed class FrameSet
{
    /// <summary>No frame at all.</summary>
    public static readonly FrameSet Empty = new([]);

    private readonly ulong[] _words;

    private FrameSet(ulong[] words)
    {
        _words = words;
        var count = 0;
        foreach (var word in words)
        {
            count += BitOperations.PopCount(word);
        }

        Count = count;
    }

    /// <summary>How many frames are in the set.</summary>
    public int Count { get; }

    /// <summary>Makes a set.</summary>
    /// <param name="numbers">Frame numbers, 0 or more, in any order, repeated or not.</param>
    public static FrameSet Of(IEnumerable<int> numbers)
    {
        var words = new List<ulong>();
        foreach (var number in numbers)
        {
            while (words.Count <= number >> 6)
            {
                words.Add(0);
            }

            words[number >> 6] |= 1UL << (number & 63);
        }

        return words.Count == 0 ? Empty : new([.. words]);
    }

    /// <summary>Makes a set.</summary>
    /// <param name="words">Bit n of word m stands for frame 64 m + n; copied.</param>
    internal static FrameSet Of(ReadOnlySpan<ulong> words)
    {
        var used = words.TrimEnd(0UL);
        return used.IsEmpty ? Empty : new([.. used]);
    }

    /// <summary>Whether a frame is in the set.</summary>
    /// <param name="number">Frame number, 0 or more.</param>
    public bool Contains(int number) =>
        number >> 6 < _words.Length && (_words[number >> 6] & (1UL << (number & 63))) != 0;

    /// <summary>The frames of both sets.</summary>
    /// <param name="other">The other set.</param>
    public FrameSet Union(FrameSet other)
    {
        var (longer, shorter) = _words.Length >= other._words.Length ? (_words, other._words) : (other._words, _words);
        var words = longer.ToArray();
        for (var i = 0; i < shorter.Length; i++)
        {
            words[i] |= shorter[i];
        }

        return new(words);
    }

    /// <summary>Whether the sets have a frame in common.</summary>
    /// <param name="other">The other set.</param>
    public bool Intersects(FrameSet other)
    {
        for (var i = 0; i < Math.Min(_words.Length, other._words.Length); i++)
        {
            if ((_words[i] & other._words[i]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The frames of this set that are not in another.</summary>
    /// <param name="other">The other set.</param>
    public FrameSet Except(FrameSet other)
    {
        var words = _words.ToArray();
        for (var i = 0; i < Math.Min(words.Length, other._words.Length); i++)
        {
            words[i] &= ~other._words[i];
        }

        return new(words);
    }

    /// <summary>The frame numbers, ascending.</summary>
    public IEnumerable<int> Numbers()
    {
        for (var i = 0; i < _words.Length; i++)
        {
            for (var word = _words[i]; word != 0; word &= unchecked(word - 1))
            {
                yield return (i << 6) + BitOperations.TrailingZeroCount(word);
            }
        }
    }
}
