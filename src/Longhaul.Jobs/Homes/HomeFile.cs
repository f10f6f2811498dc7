using System.Text;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Homes;

/// <summary>A small file of the home that is replaced as a whole, durably.</summary>
internal static class HomeFile
{
    /// <summary>Writes it anew; whoever reads it meanwhile sees the old one or the new one.</summary>
    /// <param name="path">Its path; the folder is there.</param>
    /// <param name="text">What it is to hold.</param>
    /// <exception cref="Core.LonghaulException">store.no-space, store.io, store.access-denied.</exception>
    internal static void Replace(string path, string text)
    {
        var written = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using var file = File.Open(written, FileMode.Create, FileAccess.Write);
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush();
            FileFlush.Place(file.SafeFileHandle, written, path);
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            throw FileFailure.Of(path, error);
        }
    }
}
