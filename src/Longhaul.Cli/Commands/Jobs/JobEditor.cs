using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;

namespace Longhaul.Cli.Commands.Jobs;

/// <summary>Turns what stands on a line into a definition, and refuses what contradicts itself.</summary>
internal static class JobEditor
{
    /// <summary>Changes a definition by the options that are given; what is not given stays.</summary>
    /// <param name="context">The line.</param>
    /// <param name="flags">The command's options.</param>
    /// <param name="job">The definition so far; its sources and its repository are the caller's matter.</param>
    public static JobDefinition Apply(CommandContext context, JobFlags flags, JobDefinition job)
    {
        var method = context.Value(flags.Method) ?? job.Method;
        var becomesForward = method == BackupMethod.Forward && job.Method != BackupMethod.Forward;
        var synthetic =
            becomesForward && job.SyntheticFullEvery == 0
                ? FullPolicy.DefaultSyntheticFullEvery
                : job.SyntheticFullEvery;
        return ApplyRetention(context, flags, job) with
        {
            Method = method,
            FullEvery = context.Value(flags.FullEvery) ?? job.FullEvery,
            SyntheticFullEvery = context.Value(flags.SyntheticFullEvery) ?? synthetic,
            Transform = Switch(context, flags.Transform, job.Transform),
            BlockSize = context.Value(flags.BlockSize) ?? job.BlockSize,
            Compression = context.Value(flags.Compression) ?? job.Compression,
            Encrypt = Switch(context, flags.Encrypt, job.Encrypt),
            Before = Command(context, flags.Before, job.Before),
            After = Command(context, flags.After, job.After),
            CommandTimeout = context.Value(flags.CommandTimeout) ?? job.CommandTimeout,
            Mode = context.Value(flags.Mode) ?? job.Mode,
            Every = context.Value(flags.Every) ?? job.Every,
            At = context.Value(flags.At) ?? job.At,
            RateLimitBytesPerSecond = RateLimit(context, flags, job),
            DeltaDepth = context.Value(flags.DeltaDepth) ?? job.DeltaDepth,
            MaxTasks = context.Value(flags.MaxTasks) ?? job.MaxTasks,
        };
    }

    private static JobDefinition ApplyRetention(CommandContext context, JobFlags flags, JobDefinition job) =>
        job with
        {
            Keep = context.Value(flags.Keep) ?? job.Keep,
            KeepDays = context.Value(flags.KeepDays) ?? job.KeepDays,
            KeepWeekly = context.Value(flags.KeepWeekly) ?? job.KeepWeekly,
            KeepMonthly = context.Value(flags.KeepMonthly) ?? job.KeepMonthly,
            KeepQuarterly = context.Value(flags.KeepQuarterly) ?? job.KeepQuarterly,
            KeepYearly = context.Value(flags.KeepYearly) ?? job.KeepYearly,
            StandaloneFulls = Switch(context, flags.StandaloneFulls, job.StandaloneFulls),
            DeletedAfter = TimeOrNone(context, flags.DeletedAfter, job.DeletedAfter),
            ImmutableFor = TimeOrNone(context, flags.ImmutableFor, job.ImmutableFor),
            TimeZone = context.Value(flags.TimeZone) ?? job.TimeZone,
        };

    /// <summary>Refuses a definition that contradicts itself, or asks for what this version does not do.</summary>
    /// <param name="job">A definition.</param>
    /// <exception cref="LonghaulException">usage.invalid, job.method, job.time-zone, job.unsupported.</exception>
    public static void Check(JobDefinition job)
    {
        if (job.Sources.Count == 0)
        {
            throw Errors.UsageInvalid(
                $"job '{job.Name}' has nothing to work on",
                job.IsCopy ? "Give --job, --machine or --backup." : "Give --machine."
            );
        }

        if (job.Kind == JobKind.AgentBackup && (job.Method == BackupMethod.Reverse || job.Transform))
        {
            throw Errors.JobMethod(job.Name, job.Transform ? "--transform" : JsonWords.Of(job.Method));
        }

        if (job.Method == BackupMethod.Reverse && (job.SyntheticFullEvery > 0 || job.Transform))
        {
            throw Errors.UsageInvalid(
                "--synthetic-full-every and --transform do not go with --method reverse",
                "The newest point of a reverse chain is a full anyway."
            );
        }

        if (job.Method == BackupMethod.Reverse && job.StandaloneFulls)
        {
            throw Errors.UsageInvalid(
                "--standalone-fulls does not go with --method reverse",
                "There the newest point is always a full, of the blocks that the point before it had too."
            );
        }

        if (job.Transform && job.Method != BackupMethod.Forward)
        {
            throw Errors.UsageInvalid("--transform goes with --method forward only");
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(job.TimeZone, out _))
        {
            throw Errors.JobTimeZone(job.Name, job.TimeZone);
        }

        if (job.IsCopy && job.Mode == CopyMode.Immediate)
        {
            throw Errors.JobUnsupported(job.Name, "--mode immediate");
        }
    }

    /// <summary>Refuses options that are not for a job's kind.</summary>
    /// <param name="context">The line.</param>
    /// <param name="flags">The command's options.</param>
    /// <param name="kind">The job's kind.</param>
    /// <exception cref="LonghaulException">usage.invalid.</exception>
    public static void CheckKind(CommandContext context, JobFlags flags, JobKind kind)
    {
        var isCopy = kind is JobKind.Copy or JobKind.AgentCopy;
        IEnumerable<Option> wrong = isCopy
            ? flags.ForBackup.Except(flags.ForCopy)
            : flags.ForCopy.Except(flags.ForBackup);
        if (kind != JobKind.AgentBackup)
        {
            wrong = wrong.Concat(flags.ForAgents);
        }

        if (wrong.FirstOrDefault(context.IsGiven) is { } option)
        {
            throw Errors.UsageInvalid($"{option.Name} is not for {JsonWords.Of(kind)} jobs");
        }
    }

    /// <summary>What --managed and --standalone say.</summary>
    /// <param name="context">The line.</param>
    /// <param name="flags">The command's options.</param>
    /// <param name="present">What holds when neither is given.</param>
    /// <exception cref="LonghaulException">usage.invalid: both are given.</exception>
    public static bool Managed(CommandContext context, JobFlags flags, bool present) =>
        (context.Value(flags.Managed), context.Value(flags.Standalone)) switch
        {
            (true, true) => throw Errors.UsageInvalid("--managed and --standalone exclude each other"),
            (true, false) => true,
            (false, true) => false,
            _ => present,
        };

    private static bool Switch(CommandContext context, Option<bool?> option, bool present) =>
        context.IsGiven(option) ? context.Value(option) ?? true : present;

    private static string? Command(CommandContext context, Option<string?> option, string? present) =>
        context.Value(option) switch
        {
            null => present,
            "" => null,
            var command => command,
        };

    private static TimeSpan? TimeOrNone(CommandContext context, Option<TimeSpan?> option, TimeSpan? present) =>
        context.Value(option) switch
        {
            null => present,
            { Ticks: 0 } => null,
            var time => time,
        };

    private static long? RateLimit(CommandContext context, JobFlags flags, JobDefinition job) =>
        context.Value(flags.RateLimit) switch
        {
            null => job.RateLimitBytesPerSecond,
            0 => null,
            var rate => rate,
        };
}
