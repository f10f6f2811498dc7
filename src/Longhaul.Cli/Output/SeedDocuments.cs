using System.Text.Json.Serialization;
using Longhaul.Engine.Seeding;
using Longhaul.Format.Seeds;
using Longhaul.Jobs.Seeding;

namespace Longhaul.Cli.Output;

/// <summary>A machine in a carried seed.</summary>
/// <param name="Name">Its name; null when the seed is encrypted.</param>
/// <param name="MachineId">The id the seed knows it under.</param>
/// <param name="Points">Its restore points, oldest first.</param>
internal sealed record SeedMachineDocument(
    [property: JsonPropertyName("machine")] string? Name,
    string MachineId,
    IReadOnlyList<SeedMachineDocument.CarriedPoint> Points
)
{
    /// <summary>Makes the documents.</summary>
    /// <param name="list">The seed.</param>
    public static IReadOnlyList<SeedMachineDocument> Of(SeedList? list) =>
        [
            .. list?.Machines.Select(machine => new SeedMachineDocument(
                machine.Name,
                machine.Id.ToString(),
                [
                    .. machine.Points.Select(point => new CarriedPoint(
                        point.Id.ToString(),
                        point.CreatedAt,
                        point.SourcePoint?.ToString()
                    )),
                ]
            ))
                ?? [],
        ];

    /// <summary>A restore point.</summary>
    internal sealed record CarriedPoint(string Id, DateTimeOffset Created, string? SourcePoint);
}

/// <summary>What <c>seed create</c> prints.</summary>
internal sealed record CreatedSeedDocument
{
    public required string Job { get; init; }
    public required string JobId { get; init; }

    /// <summary>False when a machine failed: the next call goes on.</summary>
    public required bool Complete { get; init; }
    public required string Folder { get; init; }
    public required string? Backup { get; init; }
    public required string? BackupId { get; init; }
    public required bool Encrypted { get; init; }
    public required long SizeBytes { get; init; }
    public required int Files { get; init; }
    public required IReadOnlyList<CarriedPart> Parts { get; init; }
    public required IReadOnlyList<SeedMachineDocument> Machines { get; init; }

    /// <summary>The run that copied; null when there was nothing left to copy.</summary>
    public required SessionDocument? Session { get; init; }

    /// <summary>A folder to carry.</summary>
    internal sealed record CarriedPart(int Number, string Path, int Files, long SizeBytes)
    {
        /// <summary>Makes the document.</summary>
        public static CarriedPart Of(CreatedPart part) => new(part.Number, part.Path, part.Files, part.SizeBytes);
    }
}

/// <summary>What <c>seed check</c> prints.</summary>
internal sealed record CheckedSeedDocument
{
    public required string Backup { get; init; }
    public required string BackupId { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required bool Encrypted { get; init; }
    public required int Parts { get; init; }

    /// <summary>Parts of which no file was found.</summary>
    public required IReadOnlyList<int> MissingParts { get; init; }
    public required long SizeBytes { get; init; }
    public required int FilesChecked { get; init; }
    public required long BytesRead { get; init; }
    public required IReadOnlyList<SeedMachineDocument> Machines { get; init; }

    /// <summary>The files to carry again.</summary>
    public required IReadOnlyList<CarriedFault> Damaged { get; init; }

    /// <summary>A file that did not arrive as it was sent.</summary>
    internal sealed record CarriedFault(string File, int? Part, string Path, bool Missing, string What)
    {
        /// <summary>Makes the document.</summary>
        public static CarriedFault Of(SeedFault fault) =>
            new(fault.File, fault.Part, fault.Path, fault.IsMissing, fault.What);
    }
}

/// <summary>What <c>seed receive</c> prints.</summary>
internal sealed record ReceivedSeedDocument
{
    public required string Backup { get; init; }
    public required string BackupId { get; init; }
    public required string Repository { get; init; }
    public required string RepositoryId { get; init; }
    public required bool Encrypted { get; init; }
    public required int FilesMoved { get; init; }
    public required int FilesCopied { get; init; }
    public required long BytesCopied { get; init; }
    public required IReadOnlyList<SeedMachineDocument> Machines { get; init; }

    /// <summary>Jobs here that wait for it.</summary>
    public required IReadOnlyList<string> AwaitedBy { get; init; }
}
