using Microsoft.Win32.SafeHandles;

namespace Longhaul.Sources.Images;

/// <summary>A file that an image consists of, to look for what the image says lies in it.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class ImageFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private ImageFile(SafeFileHandle handle, string path)
    {
        _handle = handle;
        Path = path;

        // Also a block device says its size this way; a file's length, as the runtime has it, is 0 for one.
        Length = Math.Max(0, Libc.Seek(handle, 0, Libc.SeekEnd));
    }

    /// <summary>Where it lies.</summary>
    internal string Path { get; }

    /// <summary>Its length when it was opened, in bytes.</summary>
    internal long Length { get; }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    /// <summary>Opens a file to read.</summary>
    /// <exception cref="IOException">The system's error; also UnauthorizedAccessException.</exception>
    internal static ImageFile Open(string path) => new(File.OpenHandle(path, options: FileOptions.None), path);

    /// <summary>Opens a file that this one names.</summary>
    /// <param name="name">Absolute, or relative to this file's folder.</param>
    /// <exception cref="IOException">As <see cref="Open"/>; also when no file can have that name.</exception>
    internal ImageFile OpenBeside(string name) =>
        name.Length > 0 && !name.Contains('\0')
            ? Open(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path) ?? "/", name))
            : throw new IOException("it names a file by a name that no file can have");

    /// <summary>Reads a range.</summary>
    /// <param name="offset">First byte; any number.</param>
    /// <param name="destination">Filled wholly, or undefined.</param>
    /// <returns>False when the file does not reach that far.</returns>
    internal bool TryRead(ulong offset, Span<byte> destination)
    {
        if (!Reaches(offset, (ulong)destination.Length))
        {
            return false;
        }

        while (destination.Length > 0)
        {
            var count = RandomAccess.Read(_handle, destination, (long)offset);
            if (count == 0)
            {
                return false;
            }

            destination = destination[count..];
            offset += (ulong)count;
        }

        return true;
    }

    /// <summary>Whether a range lies within the file.</summary>
    internal bool Reaches(ulong offset, ulong length) => offset <= (ulong)Length && length <= (ulong)Length - offset;

    /// <summary>Says that it does not reach as far as it should.</summary>
    /// <param name="offset">Where something should begin that is not all there.</param>
    internal string Short(ulong offset) =>
        $"{System.IO.Path.GetFileName(Path)} is truncated: it ends at byte {Length}, and what should lie at byte {offset} is not all there";
}
