namespace Longhaul.Kernels;

/// <summary>Blocks to measure on, the same in every run.</summary>
internal static class SampleBlocks
{
    /// <summary>The default block size.</summary>
    internal const int BlockSize = 1 << 20;

    private const int PageSize = 4096;

    /// <summary>A block of program code: it compresses about as a system disk does.</summary>
    internal static byte[] Code()
    {
        using var file = File.OpenRead(typeof(object).Assembly.Location);
        var block = new byte[BlockSize];
        file.Position = 1 << 20;
        file.ReadExactly(block);
        return block;
    }

    /// <summary>A later version of a block.</summary>
    /// <param name="block">The version before.</param>
    /// <param name="pages">How many pages of 4 KiB are overwritten with random data.</param>
    internal static byte[] Changed(byte[] block, int pages)
    {
        var chance = new Random(1);
        var changed = block.ToArray();
        for (var page = 0; page < pages; page++)
        {
            chance.NextBytes(changed.AsSpan(chance.Next(BlockSize / PageSize) * PageSize, PageSize));
        }

        return changed;
    }
}
