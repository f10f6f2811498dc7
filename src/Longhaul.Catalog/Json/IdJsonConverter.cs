using System.Text.Json;
using System.Text.Json.Serialization;
using Longhaul.Core;

namespace Longhaul.Catalog.Json;

/// <summary>Writes an id as its 32 hex digits, and reads nothing else.</summary>
/// <typeparam name="TOf">What the id names.</typeparam>
/// <threadsafety>Immutable.</threadsafety>
public sealed class IdJsonConverter<TOf> : JsonConverter<Id<TOf>>
{
    /// <inheritdoc/>
    public override Id<TOf> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Id<TOf>.TryParse(reader.GetString(), out var id)
            ? id
            : throw new JsonException("An id is 32 hex digits, not all zero.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Id<TOf> value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
