using System.Text.Json;
using System.Text.Json.Serialization;
using Longhaul.Core;

namespace Longhaul.Catalog.Json;

/// <summary>Writes a digest as its 64 hex digits, and no digest as an empty string.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class DigestJsonConverter : JsonConverter<Digest>
{
    /// <inheritdoc/>
    public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString() ?? string.Empty;
        Digest digest = default;
        return text.Length == 0 || Digest.TryParse(text, out digest)
            ? digest
            : throw new JsonException("A digest is 64 hex digits.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.IsEmpty ? string.Empty : value.ToString());
}
