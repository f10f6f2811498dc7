using System.Text.Json;
using System.Text.Json.Serialization;
using Longhaul.Catalog.Json;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;

namespace Longhaul.Jobs.Backups;

/// <summary>What the log of a backup carries of the job that owns it, so that a lost catalog costs nothing.</summary>
/// <param name="Job">The job without secrets; its backup, the seed it waits for, and whether it is enabled, are the catalog's matter.</param>
/// <param name="Machines">Its machines with their disks; empty for a copy job.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record JobDocument(JobDefinition Job, IReadOnlyList<Machine> Machines)
{
    /// <summary>Encodes the document.</summary>
    /// <returns>UTF-8 JSON; equal documents give equal bytes.</returns>
    public byte[] ToBytes() =>
        JsonSerializer.SerializeToUtf8Bytes(
            this with
            {
                Job = Job with { Backup = null, AwaitedSeed = null, Enabled = true },
            },
            JobDocumentContext.Default.JobDocument
        );

    /// <summary>Decodes a document that may be damaged.</summary>
    /// <param name="utf8">UTF-8 JSON.</param>
    /// <returns>Null when the bytes are no such document.</returns>
    public static JobDocument? TryRead(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var document = utf8.IsEmpty
                ? null
                : JsonSerializer.Deserialize(utf8, JobDocumentContext.Default.JobDocument);
            return
                document is { Machines: not null }
                && JobShape.ProblemOf(document.Job) is null
                && document.Machines.All(machine => JobShape.ProblemOf(machine) is null)
                ? document
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Source-generated JSON of <see cref="JobDocument"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [
        typeof(IdJsonConverter<Core.Backups.Backup>),
        typeof(IdJsonConverter<Core.Backups.RestorePoint>),
        typeof(IdJsonConverter<Core.Backups.Repository>),
        typeof(IdJsonConverter<Machine>),
        typeof(IdJsonConverter<JobDefinition>),
        typeof(ByteSizeJsonConverter),
    ]
)]
[JsonSerializable(typeof(JobDocument))]
internal sealed partial class JobDocumentContext : JsonSerializerContext;
