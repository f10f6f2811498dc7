using System.Globalization;
using Longhaul.Core;
using Longhaul.Storage.Stores.Posix;

namespace Longhaul.Storage.Stores;

/// <summary>A small file that is for its owner alone: a key.</summary>
/// <remarks>It is there whole or not at all, is never replaced, and survives power loss when it was made.</remarks>
/// <threadsafety>All members may be called from any thread and process.</threadsafety>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int OthersPermissions = 0x3F; // 0077

    /// <summary>Reads one.</summary>
    /// <param name="path">Its path; a symbolic link is not followed.</param>
    /// <param name="size">Bytes that it must have.</param>
    /// <param name="refuse">Makes the error, out of path, reason and hint, where it belongs to somebody else, others may read or
    /// write it, or it has another size.</param>
    /// <returns>Null when it is not there.</returns>
    /// <exception cref="LonghaulException">what <paramref name="refuse"/> makes; store.io, store.access-denied.</exception>
    public static byte[]? Find(string path, int size, Func<string, string, string, LonghaulException> refuse)
    {
        ArgumentNullException.ThrowIfNull(refuse);
        try
        {
            using var folder = PosixFolder.Open(Path.GetDirectoryName(path)!);
            if (folder?.Find(Path.GetFileName(path)) is not { } seen)
            {
                return null;
            }

            using var file = seen.IsFile ? folder.OpenFile(Path.GetFileName(path), writable: false) : null;
            return file is null ? throw refuse(path, "it is no file", "Take it away.")
                : WhyNotPrivate(path, file.Status) is { } why ? throw refuse(path, why.Reason, why.Hint)
                : Read(file, size)
                    ?? throw refuse(
                        path,
                        $"it has not the {size} bytes of a key",
                        "Put the right one back; or take it away, and give the passwords again or pair anew."
                    );
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            throw FileFailure.Of(path, error);
        }
    }

    /// <summary>Makes one.</summary>
    /// <param name="path">Its path; the folder is there.</param>
    /// <param name="content">What it holds; not kept after the call.</param>
    /// <returns>False when it is there already: then nothing was changed.</returns>
    /// <exception cref="LonghaulException">store.no-space, store.io, store.access-denied.</exception>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        var written = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using var file = new FileStream(
                written,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = OwnerOnly,
                }
            );
            file.Write(content);
            file.Flush();
            FileFlush.Flush(file.SafeFileHandle, written);
            using var folder =
                PosixFolder.Open(Path.GetDirectoryName(path)!) ?? throw new DirectoryNotFoundException(path);
            var placed = new FilePlacement(PlacementMethod.Rename).Place(
                folder,
                Path.GetFileName(written),
                Path.GetFileName(path)
            );
            return placed == 0;
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            throw FileFailure.Of(path, error);
        }
        finally
        {
            File.Delete(written);
        }
    }

    private static (string Reason, string Hint)? WhyNotPrivate(string path, FileStatus status)
    {
        var user = Libc.EffectiveUser();
        if (status.Owner != user)
        {
            return (
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it belongs to user {status.Owner}, and this is user {user}"
                ),
                "Run as that user, or name another home with --home."
            );
        }

        return (status.Permissions & OthersPermissions) == 0
            ? null
            : (
                "others than its owner may read or write it",
                $"Has nobody read it, 'chmod 600 {path}' mends it; else take it for known: change the passwords it keeps, or pair anew."
            );
    }

    private static byte[]? Read(PosixFile file, int size)
    {
        var content = new byte[size + 1];
        return file.Read(0, content) == size ? content[..size] : null;
    }
}
