using System.Text.Json.Serialization;
using Longhaul.Cli.Values;
using Longhaul.Core.Jobs;

namespace Longhaul.Cli.Output;

/// <summary>A job, as <c>job show</c> and <c>job list</c> print it. Sizes are bytes, rates bytes a second.</summary>
internal sealed record JobDocument
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Kind { get; init; }
    public required bool Managed { get; init; }
    public required bool Enabled { get; init; }

    /// <summary>ready, disabled, or awaiting-seed: its runs send nothing until its seed is mapped.</summary>
    public required string State { get; init; }

    /// <summary>Where the seed was made that it waits for; null when it waits for none, as what follows.</summary>
    public required string? SeedFolder { get; init; }
    public required DateTimeOffset? SeedSince { get; init; }

    /// <summary>The seed's backup; null also while it is being made.</summary>
    public required string? SeedBackupId { get; init; }
    public required string? Repository { get; init; }
    public required string RepositoryId { get; init; }

    /// <summary>The backup's name; null when it has none yet, or the name is not known here.</summary>
    public required string? Backup { get; init; }
    public required string? BackupId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required IReadOnlyList<Source>? Sources { get; init; }

    /// <summary>Null for copy jobs: their chains are always forever-forward.</summary>
    public required string? Method { get; init; }
    public required int FullEvery { get; init; }
    public required int SyntheticFullEvery { get; init; }
    public required bool Transform { get; init; }
    public required int BlockSize { get; init; }
    public required string Compression { get; init; }
    public required int Keep { get; init; }
    public required int KeepDays { get; init; }
    public required int KeepWeekly { get; init; }
    public required int KeepMonthly { get; init; }
    public required int KeepQuarterly { get; init; }
    public required int KeepYearly { get; init; }
    public required bool StandaloneFulls { get; init; }

    /// <summary>How long the points of a machine stay that has left the job; null for good.</summary>
    public required long? DeletedAfterSeconds { get; init; }

    /// <summary>How long a new point is protected from deletion; null: not at all.</summary>
    public required long? ImmutableForSeconds { get; init; }
    public required string TimeZone { get; init; }
    public required bool Encrypt { get; init; }

    /// <summary>Whether a password is kept for its runs.</summary>
    public required bool PasswordKept { get; init; }
    public required string? Before { get; init; }
    public required string? After { get; init; }
    public required long CommandTimeoutSeconds { get; init; }

    /// <summary>Null for backup jobs, as what follows.</summary>
    public required string? Mode { get; init; }
    public required long? EverySeconds { get; init; }
    public required string? At { get; init; }
    public required long? RateLimit { get; init; }
    public required int? DeltaDepth { get; init; }
    public required int MaxTasks { get; init; }

    /// <summary>Makes the document.</summary>
    /// <param name="job">The job.</param>
    /// <param name="repository">Name of its repository; null when that is not added here.</param>
    /// <param name="backup">Name of its backup; null when it has none, or it is not known here.</param>
    /// <param name="passwordKept">Whether a password is kept for it.</param>
    /// <param name="whole">Whether with its nested lists.</param>
    public static JobDocument Of(JobDefinition job, string? repository, string? backup, bool passwordKept, bool whole)
    {
        var seed = job.AwaitedSeed is { IsMapped: false } awaited ? awaited : null;
        return new()
        {
            Id = job.Id.ToString(),
            Name = job.Name,
            Kind = JsonWords.Of(job.Kind),
            Managed = job.Managed,
            Enabled = job.Enabled,
            State =
                !job.Enabled ? "disabled"
                : seed is not null ? "awaiting-seed"
                : "ready",
            SeedFolder = seed?.Folder,
            SeedSince = seed?.Since,
            SeedBackupId = seed?.Backup?.ToString(),
            Repository = repository,
            RepositoryId = job.Repository.ToString(),
            Backup = backup,
            BackupId = job.Backup?.ToString(),
            Sources = whole ? [.. job.Sources.Select(Source.Of)] : null,
            Method = job.IsCopy ? null : JsonWords.Of(job.Method),
            FullEvery = job.FullEvery,
            SyntheticFullEvery = job.SyntheticFullEvery,
            Transform = job.Transform,
            BlockSize = job.BlockSize,
            Compression = JsonWords.Of(job.Compression),
            Keep = job.Keep,
            KeepDays = job.KeepDays,
            KeepWeekly = job.KeepWeekly,
            KeepMonthly = job.KeepMonthly,
            KeepQuarterly = job.KeepQuarterly,
            KeepYearly = job.KeepYearly,
            StandaloneFulls = job.StandaloneFulls,
            DeletedAfterSeconds = (long?)job.DeletedAfter?.TotalSeconds,
            ImmutableForSeconds = (long?)job.ImmutableFor?.TotalSeconds,
            TimeZone = job.TimeZone,
            Encrypt = job.Encrypt,
            PasswordKept = passwordKept,
            Before = job.Before,
            After = job.After,
            CommandTimeoutSeconds = (long)job.CommandTimeout.TotalSeconds,
            Mode = job.IsCopy ? JsonWords.Of(job.Mode) : null,
            EverySeconds = job.IsCopy ? (long)job.Every.TotalSeconds : null,
            At = job.IsCopy ? TimeOfDayValue.Format(job.At) : null,
            RateLimit = job.RateLimitBytesPerSecond,
            DeltaDepth = job.IsCopy ? job.DeltaDepth : null,
            MaxTasks = job.MaxTasks,
        };
    }

    /// <summary>What a job works on.</summary>
    /// <param name="Kind">machine, job or backup.</param>
    /// <param name="Id">Its id.</param>
    /// <param name="Name">Its name when the job was defined.</param>
    internal sealed record Source(string Kind, string Id, string Name)
    {
        /// <summary>Makes the document.</summary>
        /// <param name="source">The source.</param>
        public static Source Of(JobSource source) => new(JsonWords.Of(source.Kind), source.Id, source.Name);
    }
}
