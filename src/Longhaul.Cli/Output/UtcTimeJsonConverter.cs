using System.Text.Json;
using System.Text.Json.Serialization;
using Longhaul.Cli.Values;

namespace Longhaul.Cli.Output;

/// <summary>Writes instants as ISO 8601 in UTC, with milliseconds and a <c>Z</c>.</summary>
internal sealed class UtcTimeJsonConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(InstantValue.Format(value));
}
