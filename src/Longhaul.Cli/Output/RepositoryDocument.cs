using System.Text.Json.Serialization;
using Longhaul.Catalog.Repositories;

namespace Longhaul.Cli.Output;

/// <summary>A repository, as <c>repository show</c> and <c>repository list</c> print it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Location">Path or URL.</param>
/// <param name="Added">When it was added here.</param>
/// <param name="Reachable">Whether it can be reached now; null in a list: not asked.</param>
/// <param name="CapacityBytes">Bytes its file system holds; null when unknown or not asked.</param>
/// <param name="FreeBytes">Bytes free there; null when unknown or not asked.</param>
/// <param name="BackupCount">Backups known in it.</param>
/// <param name="Capabilities">What a probe found, by name; left out in a list.</param>
/// <param name="Remarks">What the operator should know about the place; left out in a list.</param>
/// <param name="Backups">Names of the backups known in it; left out in a list.</param>
internal sealed record RepositoryDocument(
    string Id,
    string Name,
    string Location,
    DateTimeOffset Added,
    bool? Reachable,
    long? CapacityBytes,
    long? FreeBytes,
    int BackupCount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyDictionary<string, string>? Capabilities,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Remarks,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Backups
)
{
    /// <summary>Makes the document of a list, or the beginning of a whole one.</summary>
    /// <param name="entry">The repository.</param>
    /// <param name="backupCount">Backups known in it.</param>
    public static RepositoryDocument Of(RepositoryEntry entry, int backupCount) =>
        new(
            entry.Id.ToString(),
            entry.Name,
            entry.Location,
            entry.AddedAt,
            Reachable: null,
            CapacityBytes: null,
            FreeBytes: null,
            backupCount,
            Capabilities: null,
            Remarks: null,
            Backups: null
        );
}
