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
        if (text.Length == 0)
        {
            return default;
        }

        if (text.Length != Digest.Size * 2 || !text.All(char.IsAsciiHexDigit))
        {
            throw new JsonException("A digest is 64 hex digits.");
        }

        return new Digest(Convert.FromHexString(text));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.IsEmpty ? string.Empty : value.ToString());
}
