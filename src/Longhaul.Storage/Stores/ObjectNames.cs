using System.Buffers;

namespace Longhaul.Storage.Stores;

/// <summary>What an object may be called, in every store.</summary>
/// <remarks>1 to <see cref="MaxLength"/> characters out of <c>a-z A-Z 0-9 . _ - / space</c>; no part between slashes is
/// empty, begins with a dot, ends in <see cref="UnfinishedSuffix"/> or is longer than <see cref="MaxPartLength"/>.
/// So a name can neither leave its store nor meet a store's own files.</remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public static class ObjectNames
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxLength = 512;

    /// <summary>Longest part between slashes, in characters: leaves room for suffixes in 255 bytes.</summary>
    public const int MaxPartLength = 200;

    /// <summary>What a directory appends to the name of an unfinished object.</summary>
    public const string UnfinishedSuffix = ".part";

    private static readonly SearchValues<char> s_allowed = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/ "
    );

    /// <summary>Says whether an object may have this name. Never throws.</summary>
    /// <param name="name">Any text.</param>
    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > MaxLength || name.ContainsAnyExcept(s_allowed))
        {
            return false;
        }

        foreach (var range in name.Split('/'))
        {
            var part = name[range];
            if (
                part.Length is 0 or > MaxPartLength
                || part[0] == '.'
                || part.EndsWith(UnfinishedSuffix, StringComparison.Ordinal)
            )
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Refuses what is no name of an object.</summary>
    /// <param name="name">Any text.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not valid.</exception>
    public static void ThrowIfInvalid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsValid(name))
        {
            throw new ArgumentException($"'{name}' cannot be the name of an object.", nameof(name));
        }
    }

    /// <summary>Refuses what is no folder: neither empty nor a valid name with one slash behind it.</summary>
    /// <param name="folder">Any text.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is not valid.</exception>
    public static void ThrowIfInvalidFolder(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (folder.Length > 0 && (folder[^1] != '/' || !IsValid(folder.AsSpan(0, folder.Length - 1))))
        {
            throw new ArgumentException(
                $"'{folder}' cannot be a folder; it is empty or ends in a slash.",
                nameof(folder)
            );
        }
    }
}
