using System.Numerics;
using ZstdSharp.Unsafe;

namespace Longhaul.Format.Compression;

/// <summary>How zstd is told to look for matches. Pure.</summary>
/// <remarks>
/// Numbers below are of blocks of 1 MiB; *database* is PostgreSQL under pgbench, all deltas of what changed between two
/// points. A member that is null is left to the level.
/// </remarks>
/// <param name="Level">zstd's level, from which all comes that is not said here.</param>
/// <threadsafety>Immutable.</threadsafety>
internal readonly record struct Search(int Level)
{
    /// <summary>The strategy, and the shortest match that it looks for.</summary>
    internal (ZSTD_strategy Strategy, int MinMatch)? Way { get; private init; }

    /// <summary>The window; 2 to the power of this many bytes.</summary>
    internal int? WindowLog { get; private init; }

    /// <summary>The table of hashes; 2 to the power of this many entries.</summary>
    internal int? HashLog { get; private init; }

    /// <summary>The second table, of shorter strings; as above.</summary>
    internal int? ChainLog { get; private init; }

    /// <summary>Places looked at for each hash, 2 to the power of this.</summary>
    internal int? SearchLog { get; private init; }

    /// <summary>Looks for matches in the base and the block, long ones first.</summary>
    /// <remarks>
    /// <para>zstd's own parameters for these levels have hash tables too small to remember the whole prefix: on random data
    /// with level 3 as it is, one changed page of 4 KiB cost 5,201 bytes in a block of 1 MiB and 3.1 MB in one of 4 MiB. So
    /// the table has a quarter of the window.</para>
    /// <para>Two hashes, of 8 and of 5 bytes: where a block repeats itself, one hash of 4 remembers one place out of
    /// thousands, and seldom the one whose neighbourhood fits. Database, index 1,584 → 132 KB, tables 297 → 246 KB (later
    /// points: 335 → 97, 681 → 352); new text in old text 665 → 540 KB, shifted text 271 → 117 KB, programs 980 → 871 KB; for
    /// 1.3 to 1.8 × the time. The second table may be small: 17 or 20 made no difference, nor did a shortest match of 6,
    /// except on new content, where it is a fifth worse. Lazier searches: a seventh less of index and tables, for 2 to 3 × the
    /// time again; optimal ones 15 to 30 ×.</para>
    /// <para>Level 1 keeps the one hash, and level 9 its own search, with the larger table.</para>
    /// </remarks>
    /// <param name="level">1, 3 or 9.</param>
    /// <param name="longest">Bytes of the longer of block and base.</param>
    internal static Search InBase(int level, int longest) =>
        level switch
        {
            1 => InNoise(level, longest),
            9 => Wide(level, longest),
            _ => Wide(level, longest) with
            {
                Way = (ZSTD_strategy.ZSTD_dfast, 5),
                ChainLog = Math.Max(6, Window(longest) - 5),
            },
        };

    /// <summary>Looks with one hash: as good where what changed is random, in a third of the time.</summary>
    /// <remarks>One page costs 4,226 bytes in a block of 1 MiB and 4,513 in one of 4 MiB: the page, some 16 bytes for each
    /// 128 KiB, and for each further page at most 30.</remarks>
    /// <param name="level">1, 3 or 9.</param>
    /// <param name="longest">Bytes of the longer of block and base.</param>
    internal static Search InNoise(int level, int longest) =>
        level == 9
            ? Wide(level, longest)
            : Wide(level, longest) with
            {
                Way = (ZSTD_strategy.ZSTD_fast, level == 1 ? 5 : 4),
            };

    /// <summary>Takes the matches that it is given.</summary>
    /// <param name="level">1, 3 or 9.</param>
    /// <param name="longest">Bytes of the longer of block and base.</param>
    internal static Search Given(int level, int longest) => new(level) { WindowLog = Window(longest) };

    /// <summary>Looks in a block alone.</summary>
    /// <remarks>
    /// <para>Quick, level 3's own two hashes in tables that the second-level cache holds (256 and 64 KiB): a disk of 2.2 GiB
    /// of programs and libraries 0.8 % more bytes in 0.82 × the time of a whole backup. One hash (15 bits, shortest match 5):
    /// 3.2 % more in 0.66 ×; two tables of 15 bits: 0.9 % more in 0.82 ×.</para>
    /// <para>Thorough, what cannot be a delta of a database (its log): 9 and 7 % less than the level's own for 1.3 to 1.5 ×
    /// the time; text 12 % and programs 6 % less for 1.4 to 3.5 ×. An optimal search (btopt, shortest match 4, 2 places) takes
    /// 23 % off the log and 6 % off text and programs, for 6 to 16 × the time.</para>
    /// </remarks>
    /// <param name="level">1, 3 or 9; only 3 knows more than one effort.</param>
    /// <param name="effort">How much time it is worth.</param>
    internal static Search Alone(int level, Effort effort) =>
        (level, effort) switch
        {
            (3, Effort.Quick) => new(level)
            {
                Way = (ZSTD_strategy.ZSTD_dfast, 5),
                HashLog = 16,
                ChainLog = 14,
            },
            (3, Effort.Thorough) => new(level)
            {
                Way = (ZSTD_strategy.ZSTD_lazy2, 5),
                HashLog = 19,
                SearchLog = 3,
            },
            _ => new(level),
        };

    private static Search Wide(int level, int longest) => Given(level, longest) with { HashLog = Window(longest) - 2 };

    /// <summary>The window that covers block and base together.</summary>
    private static int Window(int longest) => Math.Max(10, BitOperations.Log2((uint)longest) + 2);
}
