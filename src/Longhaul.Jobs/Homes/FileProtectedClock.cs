using System.Globalization;
using Longhaul.Core.Protecting;
using Longhaul.Storage.Leases;

namespace Longhaul.Jobs.Homes;

/// <summary>The protected clock of one backup, kept in the home from one process to the next.</summary>
/// <remarks>A file that is lost, or was cut by a crash, is as if the home were new: the clock begins at what the log tells.
/// Two processes that read it at once each write a reading that is right.</remarks>
/// <param name="path">Its file; made when it is first written to.</param>
/// <param name="boot">Time since the host was started.</param>
/// <param name="wall">The wall clock.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class FileProtectedClock(string path, IBootClock boot, TimeProvider wall)
{
    private readonly Lock _gate = new();

    /// <summary>Reads the clock and remembers nothing.</summary>
    /// <param name="known">The latest reading that the backup's log tells of; null for none.</param>
    public DateTimeOffset Peek(DateTimeOffset? known) => Now(known).Reading;

    /// <summary>Reads the clock and remembers what it showed.</summary>
    /// <param name="known">The latest reading that the backup's log tells of; null for none.</param>
    /// <param name="isTrusted">Whether a person says that the wall clock is right.</param>
    /// <exception cref="Core.LonghaulException">store errors: the home cannot be written to.</exception>
    public DateTimeOffset Read(DateTimeOffset? known, bool isTrusted = false)
    {
        lock (_gate)
        {
            var now = isTrusted ? Now(known).Trusting() : Now(known);
            Save(now);
            return now.Reading;
        }
    }

    private ProtectedTime Now(DateTimeOffset? known)
    {
        var sight = new ClockSight(boot.BootId, boot.SinceBoot, wall.GetUtcNow());
        return Load()?.Advance(sight) ?? ProtectedTime.Begin(sight, known);
    }

    private ProtectedTime? Load()
    {
        string[] words;
        try
        {
            words = File.ReadAllText(path).Split(' ');
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        return
            words.Length == 5
            && TryTicks(words[0], out var reading)
            && TryTicks(words[2], out var sinceBoot)
            && TryTicks(words[3], out var seen)
            && TryTicks(words[4], out var credit)
            ? new ProtectedTime(
                new DateTimeOffset(reading, TimeSpan.Zero),
                new ClockSight(words[1], new TimeSpan(sinceBoot), new DateTimeOffset(seen, TimeSpan.Zero)),
                new TimeSpan(Math.Min(credit, ProtectedTime.MostUnproven.Ticks))
            )
            : null;
    }

    private void Save(ProtectedTime time)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{time.Reading.UtcTicks} {time.Seen.BootId} {time.Seen.SinceBoot.Ticks} {time.Seen.Wall.UtcTicks} {time.Credit.Ticks}"
        );
        HomeFile.Replace(path, text);
    }

    private static bool TryTicks(string word, out long ticks) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out ticks)
        && ticks <= DateTimeOffset.MaxValue.UtcTicks;
}
