using System.Text.Json.Serialization;
using Longhaul.Core.Backups;
using Longhaul.Engine.Comparing;

namespace Longhaul.Cli.Output;

/// <summary>A statement that two backups held the same restore points, as <c>backup compare</c> prints and keeps it.</summary>
internal sealed record ComparisonDocument
{
    /// <summary>The one version there is.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of the statement's form.</summary>
    public required int Version { get; init; }
    public required DateTimeOffset Time { get; init; }
    public required Side A { get; init; }
    public required Side B { get; init; }

    /// <summary>Whether every restore point that both have is the same in both.</summary>
    public required bool Same { get; init; }
    public required IReadOnlyList<Pair> Points { get; init; }
    public required IReadOnlyList<Single> OnlyInA { get; init; }
    public required IReadOnlyList<Single> OnlyInB { get; init; }

    /// <summary>Bytes read of both repositories for it, opening the backups included.</summary>
    public required long BytesRead { get; init; }

    /// <summary>One of the two backups.</summary>
    internal sealed record Side(string Backup, string BackupId, string Repository, string RepositoryId, long Record);

    /// <summary>A restore point that both have.</summary>
    internal sealed record Pair(
        string Machine,
        DateTimeOffset Created,
        Proof A,
        Proof B,
        bool Same,
        long DifferingBlocks,
        string? What
    )
    {
        /// <summary>Makes the document.</summary>
        /// <param name="found">What the comparison found.</param>
        public static Pair Of(PointComparison found) =>
            new(
                found.Machine,
                found.A.CreatedAt,
                Proof.Of(found.A),
                Proof.Of(found.B),
                found.IsSame,
                found.DifferingBlocks,
                found.What
            );
    }

    /// <summary>A point and its root.</summary>
    internal sealed record Proof(string Id, string Root)
    {
        /// <summary>Makes the document.</summary>
        /// <param name="point">The point.</param>
        public static Proof Of(RestorePoint point) => new(point.Id.ToString(), point.Root.ToString());
    }

    /// <summary>A point that the other backup does not have.</summary>
    internal sealed record Single(string Id, DateTimeOffset Created)
    {
        /// <summary>Makes the document.</summary>
        /// <param name="point">The point.</param>
        public static Single Of(RestorePoint point) => new(point.Id.ToString(), point.CreatedAt);
    }
}

/// <summary>Whether a statement still holds, as <c>backup compare --check</c> prints it.</summary>
internal sealed record ComparisonCheckDocument
{
    public required string Statement { get; init; }
    public required DateTimeOffset Stated { get; init; }

    /// <summary>Whether no restore point that is still there differs from what was stated.</summary>
    public required bool Holds { get; init; }
    public required IReadOnlyList<Claim> Points { get; init; }
    public required long BytesRead { get; init; }

    /// <summary>What became of a point of the statement in either backup: holds, gone or differs.</summary>
    internal sealed record Claim(
        string Machine,
        DateTimeOffset Created,
        [property: JsonPropertyName("a")] string InA,
        [property: JsonPropertyName("b")] string InB
    );
}
