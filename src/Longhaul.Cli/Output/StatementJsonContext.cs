using System.Text.Json.Serialization;

namespace Longhaul.Cli.Output;

/// <summary>The one document that is read again, perhaps after somebody has changed it: what is missing or null is refused.</summary>
/// <threadsafety>Immutable.</threadsafety>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    NewLine = "\n",
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(UtcTimeJsonConverter)]
)]
[JsonSerializable(typeof(ComparisonDocument))]
internal sealed partial class StatementJsonContext : JsonSerializerContext;
