using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Longhaul.Core;
using Longhaul.Storage.Stores;

namespace Longhaul.Mover.Pairing;

/// <summary>Small JSON files of a root: written whole and durably, read by whoever comes, also while a mover serves.</summary>
internal static class RootFile
{
    private const int LongestFile = 64 << 10;

    /// <summary>Writes a file; one of that name is replaced as a whole.</summary>
    /// <typeparam name="T">The document's type.</typeparam>
    /// <param name="path">Its path; the folder is made when it is missing.</param>
    /// <param name="document">What it is to hold.</param>
    /// <param name="type">Out of <see cref="PairingJson"/>.</param>
    /// <exception cref="LonghaulException">store.no-space, store.io, store.access-denied.</exception>
    internal static void Write<T>(string path, T document, JsonTypeInfo<T> type)
    {
        var written = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            MoverRoot.Make(Path.GetDirectoryName(path)!);
            using var file = File.Open(written, FileMode.CreateNew, FileAccess.Write);
            file.Write(JsonSerializer.SerializeToUtf8Bytes(document, type));
            file.Flush();
            FileFlush.Place(file.SafeFileHandle, written, path);
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            throw FileFailure.Of(path, error);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <typeparam name="T">The document's type.</typeparam>
    /// <param name="path">Its path.</param>
    /// <param name="type">Out of <see cref="PairingJson"/>.</param>
    /// <returns>Null when it is not there, or is not such a document: then it lets nobody in.</returns>
    /// <exception cref="LonghaulException">store.io, store.access-denied.</exception>
    internal static T? Find<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return !File.Exists(path) || new FileInfo(path).Length > LongestFile
                ? null
                : JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
        }
        catch (JsonException)
        {
            return null;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // It went between the two calls.
            return null;
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            throw FileFailure.Of(path, error);
        }
    }

    /// <summary>Names the documents in a folder.</summary>
    /// <param name="folder">The folder; it need not be there.</param>
    /// <returns>Their paths in ordinal order.</returns>
    internal static IReadOnlyList<string> List(string folder)
    {
        try
        {
            return Directory.Exists(folder)
                ? [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)]
                : [];
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            throw FileFailure.Of(folder, error);
        }
    }
}
