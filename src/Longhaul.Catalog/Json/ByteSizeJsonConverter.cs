using System.Text.Json;
using System.Text.Json.Serialization;
using Longhaul.Core;

namespace Longhaul.Catalog.Json;

/// <summary>Writes an amount of data as its number of bytes.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class ByteSizeJsonConverter : JsonConverter<ByteSize>
{
    /// <inheritdoc/>
    public override ByteSize Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TryGetInt64(out var bytes) && bytes >= 0
            ? new ByteSize(bytes)
            : throw new JsonException("A size is a number of bytes, 0 or more.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ByteSize value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Bytes);
}
