using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Values;
using Longhaul.Core.Jobs;

namespace Longhaul.Cli.Commands.Jobs;

/// <summary>The options that define a job; <c>add</c> takes those of its kind, <c>edit</c> all.</summary>
/// <remarks>No option has a default here: what is not given stays as it is in the definition, be that a new one or the
/// one that is edited.</remarks>
/// <threadsafety>Immutable once made.</threadsafety>
internal sealed class JobFlags
{
    private static readonly string[] s_nothing = ["none", "0"];

    public readonly Option<string[]> Machines = CliOptions.List("--machine", "M", "A machine to work on");
    public readonly Option<string[]> Jobs = CliOptions.List("--job", "J", "A job whose restore points are copied");
    public readonly Option<string[]> Backups = CliOptions.List("--backup", "B", "A backup whose points are copied");
    public readonly Option<string?> Repository = CliOptions.Text("--repository", "R", "Where the backup lies");

    public readonly Option<BackupMethod?> Method = CliOptions.Choice<BackupMethod>(
        "--method",
        "How the chain grows (default: forever-forward)"
    );

    public readonly Option<int?> FullEvery = CliOptions.Count(
        "--full-every",
        "An active full at every N-th run; 0 never",
        0
    );

    public readonly Option<int?> SyntheticFullEvery = CliOptions.Count(
        "--synthetic-full-every",
        "A synthetic full at every N-th run (default: 7 with --method forward); 0 none, if there is a --full-every",
        0
    );

    public readonly Option<bool?> Transform = CliOptions.Switch(
        "--transform",
        "Turn the points before a synthetic full into reverse increments"
    );

    public readonly Option<int?> BlockSize = CliOptions.Value<int>(
        "--block-size",
        "256KiB|512KiB|1MiB|4MiB",
        "Block size of a new backup (default: 1MiB)",
        TryParseBlockSize
    );

    public readonly Option<CompressionLevel?> Compression = CliOptions.Choice<CompressionLevel>(
        "--compression",
        "How hard blocks are compressed (default: auto)"
    );

    public readonly Option<int?> Keep = CliOptions.Count(
        "--keep",
        "The newest restore points to keep per machine (default: 7); a point stays when any --keep… keeps it",
        1
    );

    public readonly Option<int?> KeepDays = CliOptions.Count(
        "--keep-days",
        "Days to keep all restore points of, back from the newest; 0 none",
        0
    );

    public readonly Option<int?> KeepWeekly = Periods("weekly", "week (from Monday)");
    public readonly Option<int?> KeepMonthly = Periods("monthly", "month");
    public readonly Option<int?> KeepQuarterly = Periods("quarterly", "quarter");
    public readonly Option<int?> KeepYearly = Periods("yearly", "year");

    public readonly Option<bool?> StandaloneFulls = CliOptions.Switch(
        "--standalone-fulls",
        "Store fulls, and the first point of each period that is kept, whole: they share no block with another full"
    );

    public readonly Option<TimeSpan?> DeletedAfter = CliOptions.Value<TimeSpan>(
        "--deleted-after",
        "TIME",
        "How long the points of a machine stay that has left the job, such as 30d; none for good (the default)",
        TryParseTimeOrNone
    );

    public readonly Option<TimeSpan?> ImmutableFor = CliOptions.Value<TimeSpan>(
        "--immutable-for",
        "TIME",
        "How long nobody can delete a new restore point, such as 14d (superuser; ext4, XFS, Btrfs); none for not at all",
        TryParseTimeOrNone
    );

    public readonly Option<string?> TimeZone = CliOptions.Text(
        "--time-zone",
        "TZ",
        "Where days begin, such as Europe/Berlin (default: this machine's)"
    );

    public readonly Option<string?> Map = CliOptions.Text(
        "--map",
        "BACKUP",
        "Go on with a backup that lies in the repository; refused: no job is made"
    );

    public readonly Option<bool?> Encrypt = CliOptions.Switch(
        "--encrypt",
        "Encrypt the backup, with the password out of --password-file or $LONGHAUL_PASSWORD, which is kept for the job's runs"
    );

    public readonly Option<bool> NoRemember = CliOptions.NoRemember();

    public readonly Option<string?> Before = CliOptions.Text(
        "--before",
        "CMD",
        "Command run before a machine is read; empty for none"
    );

    public readonly Option<string?> After = CliOptions.Text(
        "--after",
        "CMD",
        "Command run after a machine was read; empty for none"
    );

    public readonly Option<TimeSpan?> CommandTimeout = CliOptions.Value<TimeSpan>(
        "--command-timeout",
        "TIME",
        "Time limit for each of the two commands (default: 10m)",
        TryParsePositive
    );

    public readonly Option<bool> Managed = CliOptions.Flag("--managed", "Set up on the backup server");

    public readonly Option<bool> Standalone = CliOptions.Flag(
        "--standalone",
        "Set up on the machine itself (the default)"
    );

    public readonly Option<CopyMode?> Mode = CliOptions.Choice<CopyMode>(
        "--mode",
        "When points are taken (default: periodic)"
    );

    public readonly Option<TimeSpan?> Every = CliOptions.Value<TimeSpan>(
        "--every",
        "TIME",
        "The copy interval (default: 1d)",
        TryParsePositive
    );

    public readonly Option<TimeOnly?> At = CliOptions.Value<TimeOnly>(
        "--at",
        "HH:MM",
        "Time of day at which daily intervals begin (default: 00:00)",
        TimeOfDayValue.TryParse
    );

    public readonly Option<long?> RateLimit = CliOptions.Value<long>(
        "--rate-limit",
        "RATE",
        "Most that may be sent, such as 20MiB (bytes a second) or 20Mbit; none for no limit",
        TryParseRateLimit
    );

    public readonly Option<int?> DeltaDepth = CliOptions.Count(
        "--delta-depth",
        "Longest chain of deltas, 0 (none) to 64 (default: 32)",
        0,
        64
    );

    public readonly Option<int?> MaxTasks = CliOptions.Count(
        "--max-tasks",
        "Machines and disks worked on at the same time (default: 2)",
        1
    );

    /// <summary>Options of jobs that make restore points, in the order of the help.</summary>
    public IReadOnlyList<Option> ForBackup =>
        [
            Machines,
            Repository,
            Method,
            FullEvery,
            SyntheticFullEvery,
            Transform,
            BlockSize,
            Compression,
            Keep,
            .. Retention,
            Encrypt,
            NoRemember,
            Before,
            After,
            CommandTimeout,
            MaxTasks,
        ];

    /// <summary>Options of jobs that copy them, in the order of the help.</summary>
    public IReadOnlyList<Option> ForCopy =>
        [
            Jobs,
            Machines,
            Backups,
            Repository,
            Mode,
            Every,
            At,
            Keep,
            .. Retention,
            Encrypt,
            NoRemember,
            Compression,
            RateLimit,
            DeltaDepth,
            MaxTasks,
        ];

    /// <summary>Options of agent backup jobs only.</summary>
    public IReadOnlyList<Option> ForAgents => [Managed, Standalone];

    private IEnumerable<Option> Retention =>
        [
            KeepDays,
            KeepWeekly,
            KeepMonthly,
            KeepQuarterly,
            KeepYearly,
            StandaloneFulls,
            DeletedAfter,
            ImmutableFor,
            TimeZone,
        ];

    private static Option<int?> Periods(string tier, string period) =>
        CliOptions.Count(
            $"--keep-{tier}",
            $"Keep the first restore point of each of the newest N: {period}; 0 none",
            0
        );

    private static bool TryParseBlockSize(string text, out int bytes)
    {
        bytes = 0;
        if (!SizeValue.TryParse(text, out var size) || size is not (1 << 18 or 1 << 19 or 1 << 20 or 1 << 22))
        {
            return false;
        }

        bytes = (int)size;
        return true;
    }

    private static bool TryParsePositive(string text, out TimeSpan time) =>
        DurationValue.TryParse(text, out time) && time > TimeSpan.Zero;

    // 0 is kept as "for good" until the definition is made: a null would mean "not given".
    private static bool TryParseTimeOrNone(string text, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        return s_nothing.Contains(text) || TryParsePositive(text, out time);
    }

    // 0 is kept as "no limit" until the definition is made: a null would mean "not given".
    private static bool TryParseRateLimit(string text, out long rate)
    {
        rate = 0;
        return s_nothing.Contains(text) || RateValue.TryParse(text, out rate);
    }
}
