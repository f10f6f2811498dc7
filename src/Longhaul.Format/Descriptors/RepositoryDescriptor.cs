using Longhaul.Core;

namespace Longhaul.Format.Descriptors;

/// <summary><c>repository.json</c>: what makes a place a repository. Written once, never changed.</summary>
/// <remarks>Source: docs/format.md, section "backup.json and repository.json".</remarks>
/// <param name="Id">The repository's id.</param>
/// <param name="FormatVersion">The version it was made with.</param>
/// <param name="CreatedAt">When it was made, UTC; for people.</param>
/// <param name="Capabilities">What was probed of the place, by name: what it can and how names behave.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RepositoryDescriptor(
    RepositoryId Id,
    int FormatVersion,
    DateTimeOffset CreatedAt,
    IReadOnlyDictionary<string, string> Capabilities
)
{
    /// <summary>Encodes the descriptor.</summary>
    /// <exception cref="InvalidOperationException">A value is out of range.</exception>
    public byte[] Encode()
    {
        if (Id.IsEmpty || FormatVersion is < 1 or > Format.FormatVersion.Current)
        {
            throw new InvalidOperationException("The descriptor is not valid.");
        }

        return DescriptorJson.Encode(
            new RepositoryJson(
                FormatVersion,
                Id.ToString(),
                CreatedAt.ToUniversalTime(),
                new SortedDictionary<string, string>(Capabilities.ToDictionary(), StringComparer.Ordinal)
            ),
            DescriptorContext.Default.RepositoryJson
        );
    }

    /// <summary>Decodes a descriptor that may be damaged or hostile.</summary>
    /// <param name="file">Name for the error.</param>
    /// <param name="bytes">All of the file.</param>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported.</exception>
    public static RepositoryDescriptor Decode(string file, ReadOnlySpan<byte> bytes)
    {
        var json = DescriptorJson.Decode(file, bytes, DescriptorContext.Default.RepositoryJson);
        return RepositoryId.TryParse(json.Id, out var id) && json.Capabilities.Values.All(value => value is not null)
            ? new RepositoryDescriptor(id, json.Format, json.CreatedAt, json.Capabilities)
            : throw Errors.DataDamaged(file, 0, "its id or a capability is not valid");
    }
}
