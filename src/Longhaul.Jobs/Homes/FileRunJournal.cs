using System.Globalization;
using Longhaul.Core;
using Longhaul.Engine.Points;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Homes;

/// <summary>The sender's memory of its checkpoints: one small file per unfinished session, a line per checkpoint.</summary>
/// <remarks>A line that was cut by a crash is one that nobody believes; the checkpoint it meant is sent again.</remarks>
/// <param name="folder">The journal's folder; made when it is first written to.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class FileRunJournal(string folder) : IRunJournal
{
    private readonly Lock _gate = new();

    /// <summary>What the file held that was asked about last: all checkpoints of a session are asked about in turn.</summary>
    private (string Path, long Length, HashSet<string> Lines) _read = ("", 0, []);

    /// <inheritdoc/>
    public void Remember(SessionId session, long number, Digest hash)
    {
        lock (_gate)
        {
            Directory.CreateDirectory(folder);
            var path = PathOf(session);
            using var file = File.Open(path, FileMode.Append, FileAccess.Write);
            file.Write(System.Text.Encoding.ASCII.GetBytes(LineOf(number, hash) + "\n"));
            file.Flush();
            FileFlush.Flush(file.SafeFileHandle, path);
        }
    }

    /// <inheritdoc/>
    public bool Knows(SessionId session, long number, Digest hash)
    {
        lock (_gate)
        {
            var file = new FileInfo(PathOf(session));
            if (!file.Exists)
            {
                return false;
            }

            // Its session may be another process, which goes on writing: files only grow.
            if (_read.Path != file.FullName || _read.Length != file.Length)
            {
                _read = (file.FullName, file.Length, [.. File.ReadLines(file.FullName)]);
            }

            return _read.Lines.Contains(LineOf(number, hash));
        }
    }

    /// <inheritdoc/>
    public void Forget(SessionId session)
    {
        lock (_gate)
        {
            if (File.Exists(PathOf(session)))
            {
                File.Delete(PathOf(session));
            }
        }
    }

    private static string LineOf(long number, Digest hash) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {hash}");

    private string PathOf(SessionId session) => Path.Combine(folder, session.ToString());
}
