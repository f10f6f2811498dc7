using System.Text.Json;
using Longhaul.Catalog.Json;
using Longhaul.Core.Jobs;

namespace Longhaul.Catalog.Jobs;

/// <summary>A job's definition as UTF-8 JSON: in the catalog, in configuration files, in the log of its backup.</summary>
public static class JobDefinitionJson
{
    /// <summary>Writes a definition.</summary>
    /// <param name="job">The definition.</param>
    /// <returns>UTF-8, without a byte order mark.</returns>
    public static byte[] ToBytes(JobDefinition job) =>
        JsonSerializer.SerializeToUtf8Bytes(job, CatalogJsonContext.Default.JobDefinition);

    /// <summary>Reads a definition that may come from a damaged or a newer file.</summary>
    /// <param name="utf8">Any bytes.</param>
    /// <returns>Null when they are no definition. Never throws.</returns>
    public static JobDefinition? TryRead(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, CatalogJsonContext.Default.JobDefinition);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
