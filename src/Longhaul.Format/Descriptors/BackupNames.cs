using System.Globalization;
using System.Security.Cryptography;

namespace Longhaul.Format.Descriptors;

/// <summary>The names of a backup's files, from the backup folder down.</summary>
/// <remarks>
/// <para>Names hold ids, numbers and times only, so a folder can be copied anywhere. A name is read back only in the form
/// it is written in. Source: docs/format.md, section "The folder".</para>
/// </remarks>
/// <threadsafety>Stateless.</threadsafety>
public static class BackupNames
{
    /// <summary>The backup's descriptor.</summary>
    public const string Backup = "backup.json";

    /// <summary>The repository's descriptor, from the repository's top down.</summary>
    public const string Repository = "repository.json";

    /// <summary>The checked list of a carried seed.</summary>
    public const string SeedList = "seed.json";

    /// <summary>What people read on the disk of a carried seed.</summary>
    public const string SeedSheet = "README.txt";

    /// <summary>Folder of the log's records.</summary>
    public const string LogFolder = "log/";

    /// <summary>Folder of the point files.</summary>
    public const string PointsFolder = "points/";

    /// <summary>Folder of the segments.</summary>
    public const string SegmentsFolder = "segments/";

    /// <summary>Folder of the checkpoints.</summary>
    public const string SessionsFolder = "sessions/";

    /// <summary>Folder of the leases.</summary>
    public const string LeasesFolder = "leases/";

    /// <summary>Folder of the key lists.</summary>
    public const string KeysFolder = "keys/";

    private const long MaxNumber = 99_999_999;
    private const string TimeFormat = "yyyyMMdd'T'HHmmss.fff'Z'";
    private const string PointSuffix = ".point";
    private const string SegmentSuffix = ".seg";

    /// <summary>Name of a log record: <c>log/00000001</c>.</summary>
    /// <param name="number">1 to 99,999,999.</param>
    public static string Record(long number) => LogFolder + Number(number);

    /// <summary>Name of a key list: <c>keys/00000001.json</c>.</summary>
    /// <param name="number">1 to 99,999,999.</param>
    public static string KeyList(long number) => KeysFolder + Number(number) + ".json";

    /// <summary>Reads the name of a key list.</summary>
    /// <param name="name">Any text.</param>
    /// <param name="number">The list's number when the method returns true.</param>
    public static bool TryParseKeyList(string name, out long number)
    {
        ArgumentNullException.ThrowIfNull(name);
        number = 0;
        return name.Length == KeysFolder.Length + 8 + 5
            && name.StartsWith(KeysFolder, StringComparison.Ordinal)
            && TryNumber(name.AsSpan(KeysFolder.Length, 8), out number)
            && name == KeyList(number);
    }

    /// <summary>Reads the name of a log record.</summary>
    /// <param name="name">Any text.</param>
    /// <param name="number">The record's number when the method returns true.</param>
    public static bool TryParseRecord(string name, out long number)
    {
        ArgumentNullException.ThrowIfNull(name);
        number = 0;
        return name.StartsWith(LogFolder, StringComparison.Ordinal)
            && TryNumber(name.AsSpan(LogFolder.Length), out number);
    }

    /// <summary>Name of a point file: <c>points/&lt;machine&gt;/20261122T020000.123Z-&lt;id&gt;.point</c>; of one that was written
    /// again <c>…-&lt;id&gt;.&lt;edition&gt;.point</c>.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="createdAt">When the point was made; written in UTC, in whole milliseconds.</param>
    /// <param name="point">The point.</param>
    /// <param name="edition">1 as first written; above that any number no other file of the point has or had.</param>
    public static string PointFile(MachineId machine, DateTimeOffset createdAt, PointId point, int edition = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(edition, 1);
        var time = createdAt.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        var again = edition == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $".{edition}");
        return $"{PointsFolder}{machine}/{time}-{point}{again}{PointSuffix}";
    }

    /// <summary>An edition for a point file that is written again: nobody has to know which there were.</summary>
    public static int NewEdition() => RandomNumberGenerator.GetInt32(2, int.MaxValue);

    /// <summary>Reads the name of a point file.</summary>
    /// <param name="name">Any text.</param>
    /// <param name="machine">The machine when the method returns true.</param>
    /// <param name="createdAt">When the point was made, UTC, when the method returns true.</param>
    /// <param name="point">The point when the method returns true.</param>
    public static bool TryParsePointFile(
        string name,
        out MachineId machine,
        out DateTimeOffset createdAt,
        out PointId point
    )
    {
        ArgumentNullException.ThrowIfNull(name);
        (machine, createdAt, point) = (default, default, default);
        const int TimeStart = 7 + 32 + 1;
        const int IdStart = TimeStart + 20 + 1;
        const int EditionStart = IdStart + 32 + 1;
        var edition = 1;
        return name.Length >= EditionStart - 1 + PointSuffix.Length
            && MachineId.TryParse(name.AsSpan(PointsFolder.Length, 32), out machine)
            && DateTimeOffset.TryParseExact(
                name.AsSpan(TimeStart, 20),
                TimeFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out createdAt
            )
            && PointId.TryParse(name.AsSpan(IdStart, 32), out point)
            && (
                name.Length == EditionStart - 1 + PointSuffix.Length
                || (
                    name.Length > EditionStart + PointSuffix.Length
                    && int.TryParse(
                        name.AsSpan(EditionStart, name.Length - EditionStart - PointSuffix.Length),
                        NumberStyles.None,
                        CultureInfo.InvariantCulture,
                        out edition
                    )
                    && edition > 1
                )
            )
            && name == PointFile(machine, createdAt, point, edition);
    }

    /// <summary>Name of a segment: <c>segments/&lt;id&gt;.&lt;generation&gt;.seg</c>.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="generation">From 1.</param>
    public static string SegmentFile(SegmentId segment, int generation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(generation, 1);
        return string.Create(CultureInfo.InvariantCulture, $"{SegmentsFolder}{segment}.{generation}{SegmentSuffix}");
    }

    /// <summary>Reads the name of a segment.</summary>
    /// <param name="name">Any text.</param>
    /// <param name="segment">The segment when the method returns true.</param>
    /// <param name="generation">From 1 when the method returns true.</param>
    public static bool TryParseSegmentFile(string name, out SegmentId segment, out int generation)
    {
        ArgumentNullException.ThrowIfNull(name);
        (segment, generation) = (default, 0);
        const int GenerationStart = 9 + 32 + 1;
        return name.Length > GenerationStart + SegmentSuffix.Length
            && SegmentId.TryParse(name.AsSpan(SegmentsFolder.Length, 32), out segment)
            && int.TryParse(
                name.AsSpan(GenerationStart, name.Length - GenerationStart - SegmentSuffix.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out generation
            )
            && generation >= 1
            && name == SegmentFile(segment, generation);
    }

    /// <summary>Whether a name is one that writers give to point files and segments: the files that come and go.</summary>
    /// <param name="name">Any text.</param>
    public static bool IsData(string name) =>
        TryParsePointFile(name, out _, out _, out _) || TryParseSegmentFile(name, out _, out _);

    /// <summary>Folder of a session's checkpoints: <c>sessions/&lt;id&gt;/</c>.</summary>
    /// <param name="session">The session.</param>
    public static string SessionFolder(SessionId session) => $"{SessionsFolder}{session}/";

    /// <summary>Name of a checkpoint: <c>sessions/&lt;id&gt;/00000001</c>.</summary>
    /// <param name="session">The session.</param>
    /// <param name="number">1 to 99,999,999.</param>
    public static string Checkpoint(SessionId session, long number) => SessionFolder(session) + Number(number);

    /// <summary>Reads the name of a checkpoint.</summary>
    /// <param name="name">Any text.</param>
    /// <param name="session">The session when the method returns true.</param>
    /// <param name="number">The checkpoint's number when the method returns true.</param>
    public static bool TryParseCheckpoint(string name, out SessionId session, out long number) =>
        TryParseNumbered(name, SessionsFolder, out session, out number);

    /// <summary>Folder of a lease: <c>leases/&lt;id&gt;/</c>.</summary>
    /// <param name="holder">The session that reads or writes.</param>
    public static string LeaseFolder(SessionId holder) => $"{LeasesFolder}{holder}/";

    /// <summary>Name of a lease's counter: <c>leases/&lt;id&gt;/00000001</c>.</summary>
    /// <param name="holder">The session that reads or writes.</param>
    /// <param name="number">1 to 99,999,999.</param>
    public static string Lease(SessionId holder, long number) => LeaseFolder(holder) + Number(number);

    /// <summary>Reads the name of a lease's counter.</summary>
    /// <param name="name">Any text.</param>
    /// <param name="holder">The session when the method returns true.</param>
    /// <param name="number">The counter when the method returns true.</param>
    public static bool TryParseLease(string name, out SessionId holder, out long number) =>
        TryParseNumbered(name, LeasesFolder, out holder, out number);

    private static bool TryParseNumbered(string name, string folder, out SessionId session, out long number)
    {
        ArgumentNullException.ThrowIfNull(name);
        (session, number) = (default, 0);
        return name.Length == folder.Length + 32 + 1 + 8
            && SessionId.TryParse(name.AsSpan(folder.Length, 32), out session)
            && TryNumber(name.AsSpan(folder.Length + 33), out number)
            && name == $"{folder}{session}/{Number(number)}";
    }

    private static string Number(long number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, MaxNumber);
        return number.ToString("D8", CultureInfo.InvariantCulture);
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        return text.Length == 8
            && !text.ContainsAnyExceptInRange('0', '9') // a parser lets zeros follow: bytes, not digits
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number >= 1;
    }
}
