using System.Security.Cryptography;

namespace Longhaul.EndToEnd.Tests.Sites;

/// <summary>A raw disk in a file, written from a seed.</summary>
/// <param name="path">The file.</param>
/// <param name="random">Where its content comes from.</param>
internal sealed class DiskFile(string path, Random random)
{
    /// <summary>One page, as data bases and file systems write them.</summary>
    public const int Page = 4096;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Makes the disk: runs of text-like and of random pages, and holes between them.</summary>
    /// <param name="size">In bytes; a multiple of 64 pages.</param>
    public void Create(long size)
    {
        using var file = File.Create(path);
        file.SetLength(size);
        var run = new byte[64 * Page];
        for (var offset = 0L; offset < size; offset += run.Length)
        {
            switch (random.Next(3))
            {
                case 0:
                    continue;
                case 1:
                    random.NextBytes(run);
                    break;
                default:
                    FillWithText(run);
                    break;
            }

            file.Position = offset;
            file.Write(run);
        }
    }

    /// <summary>Writes random pages at scattered places.</summary>
    /// <param name="pages">How many.</param>
    /// <returns>Bytes written.</returns>
    public long Scatter(int pages)
    {
        using var file = File.OpenWrite(path);
        var page = new byte[Page];
        for (var written = 0; written < pages; written++)
        {
            random.NextBytes(page);
            file.Position = random.NextInt64(file.Length / Page) * Page;
            file.Write(page);
        }

        return (long)pages * Page;
    }

    /// <summary>Fills a stretch with random bytes, which no codec makes smaller.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">In bytes.</param>
    public void Fill(long offset, int length)
    {
        using var file = File.OpenWrite(path);
        var content = new byte[length];
        random.NextBytes(content);
        file.Position = offset;
        file.Write(content);
    }

    /// <summary>Writes zeros from the beginning.</summary>
    /// <param name="length">In bytes; what lies behind the end is left out.</param>
    public void Clear(int length)
    {
        using var file = File.OpenWrite(path);
        file.Write(new byte[Math.Min(length, file.Length)]);
    }

    /// <summary>Makes the disk larger, by a hole.</summary>
    /// <param name="size">In bytes.</param>
    public void Grow(long size)
    {
        using var file = File.OpenWrite(path);
        file.SetLength(size);
    }

    /// <summary>SHA-256 of a whole file.</summary>
    /// <param name="file">Its path.</param>
    public static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private void FillWithText(Span<byte> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = (byte)(' ' + (random.Next(16) * (i / Page % 3)));
        }
    }
}
