using System.Globalization;
using System.Text;
using Longhaul.Engine.Protecting;

namespace Longhaul.Jobs.Homes;

/// <summary>Until when each file of a backup is protected: a line for each, in the home.</summary>
/// <param name="path">Its file; made when it is first written to, and gone when it is empty.</param>
/// <threadsafety>One caller at a time, in all processes: <see cref="TryLock"/>.</threadsafety>
public sealed class FileProtectionLedger(string path) : IProtectionLedger
{
    /// <summary>Whether any file is protected by it.</summary>
    public bool IsEmpty => !File.Exists(path);

    /// <summary>Keeps every other process out until the result is disposed.</summary>
    /// <returns>Null when another process has it.</returns>
    public IDisposable? TryLock()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            // Its lock is taken; that the home can be written to the clock has found out before.
            return null;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, DateTimeOffset> Read()
    {
        var files = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            // A line that is none was never written by us: its file is found to be protected, and stays.
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (
                space > 0
                && long.TryParse(line[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
                && ticks <= DateTimeOffset.MaxValue.UtcTicks
            )
            {
                files[line[(space + 1)..]] = new DateTimeOffset(ticks, TimeSpan.Zero);
            }
        }

        return files;
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyDictionary<string, DateTimeOffset> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count == 0)
        {
            File.Delete(path);
            return;
        }

        var text = new StringBuilder();
        foreach (var (name, until) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{until.UtcTicks} {name}\n");
        }

        HomeFile.Replace(path, text.ToString());
    }
}
