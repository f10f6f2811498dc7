using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Longhaul.Core;
using Longhaul.Format.Keys;

namespace Longhaul.Format.Descriptors;

/// <summary>Descriptors as JSON: indented, one line feed at the end, and read strictly.</summary>
/// <threadsafety>Stateless.</threadsafety>
internal static class DescriptorJson
{
    /// <summary>Longest descriptor that is read, in bytes.</summary>
    public const int MaxSize = 1 << 20;

    /// <summary>Encodes a descriptor.</summary>
    public static byte[] Encode<T>(T value, JsonTypeInfo<T> type) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n'];

    /// <summary>Decodes a descriptor that may be damaged or hostile: first its version, then the rest.</summary>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported.</exception>
    public static T Decode<T>(string file, ReadOnlySpan<byte> bytes, JsonTypeInfo<T> type)
    {
        if (bytes.Length > MaxSize)
        {
            throw Errors.DataDamaged(file, MaxSize, "it is too long");
        }

        try
        {
            var version = JsonSerializer.Deserialize(bytes, DescriptorContext.Default.VersionJson)?.Format ?? 0;
            if (version > Format.FormatVersion.Current)
            {
                throw Errors.FormatUnsupported(file, version);
            }

            return version >= 1 && JsonSerializer.Deserialize(bytes, type) is { } value
                ? value
                : throw Errors.DataDamaged(file, 0, "it has no version");
        }
        catch (JsonException error)
        {
            throw Errors.DataDamaged(file, error.BytePositionInLine ?? 0, "it is not the JSON it must be", error);
        }
    }
}

/// <summary>Any descriptor, as far as its version.</summary>
internal sealed record VersionJson(int Format);

/// <summary><c>backup.json</c> as it stands in the file.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BackupJson(
    [property: JsonRequired] int Format,
    [property: JsonRequired] string Id,
    [property: JsonRequired] int BlockSize,
    [property: JsonRequired] DateTimeOffset CreatedAt
);

/// <summary><c>repository.json</c> as it stands in the file.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RepositoryJson(
    [property: JsonRequired] int Format,
    [property: JsonRequired] string Id,
    [property: JsonRequired] DateTimeOffset CreatedAt,
    [property: JsonRequired] SortedDictionary<string, string> Capabilities
);

/// <summary>How descriptors are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    NewLine = "\n",
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(VersionJson))]
[JsonSerializable(typeof(BackupJson))]
[JsonSerializable(typeof(RepositoryJson))]
[JsonSerializable(typeof(KeyListJson))]
internal sealed partial class DescriptorContext : JsonSerializerContext;
