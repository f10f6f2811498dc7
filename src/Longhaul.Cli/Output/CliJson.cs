using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Longhaul.Cli.Output;

/// <summary>Writes the documents of the command line.</summary>
internal static class CliJson
{
    /// <summary>The documents' types. Text is not escaped beyond what JSON asks for: nobody puts it into HTML.</summary>
    public static CliJsonContext Context { get; } =
        new(
            new JsonSerializerOptions(CliJsonContext.Default.Options)
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );

    /// <summary>Writes one document and a line feed.</summary>
    /// <typeparam name="T">The document's type.</typeparam>
    /// <param name="output">Where to.</param>
    /// <param name="document">The document.</param>
    /// <param name="type">Out of <see cref="Context"/>.</param>
    public static void Write<T>(TextWriter output, T document, JsonTypeInfo<T> type) =>
        output.WriteLine(JsonSerializer.Serialize(document, type));

    /// <summary>Turns a fact of an error into JSON.</summary>
    /// <param name="fact">A text, a number, null, a list or a dictionary of such, or a document of <see cref="CliJsonContext"/>.</param>
    public static JsonNode? Fact(object? fact) =>
        fact switch
        {
            null => null,
            JsonNode node => node,
            string text => JsonValue.Create(text),
            bool flag => JsonValue.Create(flag),
            int number => JsonValue.Create(number),
            long number => JsonValue.Create(number),
            IEnumerable<KeyValuePair<string, object?>> facts => new JsonObject(
                facts.Select(pair => KeyValuePair.Create(pair.Key, Fact(pair.Value)))
            ),
            System.Collections.IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(Fact)]),
            _ when Context.GetTypeInfo(fact.GetType()) is { } type => JsonSerializer.SerializeToNode(fact, type),
            _ => JsonValue.Create(fact.ToString()),
        };
}
