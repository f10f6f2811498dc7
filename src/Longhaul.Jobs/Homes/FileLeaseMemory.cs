using System.Globalization;
using Longhaul.Storage.Leases;

namespace Longhaul.Jobs.Homes;

/// <summary>Remembers other hosts' leases from one process to the next: one small file each.</summary>
/// <remarks>Every command is a process of its own; without this none would ever see a lease stand still, and a host that
/// died would keep its backups busy for good. Nothing is flushed: what is lost is seen for the first time again.</remarks>
/// <param name="folder">Its folder; made when it is first written to.</param>
/// <threadsafety>All members may be called from any thread and process.</threadsafety>
public sealed class FileLeaseMemory(string folder) : ILeaseMemory
{
    /// <inheritdoc/>
    public LeaseSighting? Find(SessionId leaseId) => Read(PathOf(leaseId));

    /// <inheritdoc/>
    public void Remember(SessionId leaseId, LeaseSighting sighting)
    {
        Directory.CreateDirectory(folder);
        ForgetOtherBoots(sighting.BootId);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{sighting.Counter} {sighting.BootId} {sighting.FirstSeen.Ticks}"
        );

        // Another process may write the same file at this moment: each writes a whole one and names it so.
        var written = Path.Combine(folder, $"{leaseId}.{Environment.ProcessId}.tmp");
        File.WriteAllText(written, text);
        File.Move(written, PathOf(leaseId), overwrite: true);
    }

    /// <inheritdoc/>
    public void Forget(SessionId leaseId)
    {
        if (File.Exists(PathOf(leaseId)))
        {
            File.Delete(PathOf(leaseId));
        }
    }

    /// <summary>What was seen before a restart counts for nothing, and would stay for ever.</summary>
    private void ForgetOtherBoots(string bootId)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (Path.GetExtension(file).Length == 0 && Read(file)?.BootId != bootId)
            {
                File.Delete(file);
            }
        }
    }

    private static LeaseSighting? Read(string file)
    {
        string[] words;
        try
        {
            words = File.ReadAllText(file).Split(' ');
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        return
            words.Length == 3
            && long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var counter)
            && long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? new LeaseSighting(counter, words[1], new TimeSpan(ticks))
            : null;
    }

    private string PathOf(SessionId leaseId) => Path.Combine(folder, leaseId.ToString());
}
