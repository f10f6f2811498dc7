using System.Text.Encodings.Web;
using System.Text.Json;

namespace Longhaul.Cli.Output;

/// <summary>The types of <see cref="EngineJsonContext"/>, written as people read them.</summary>
internal static class EngineJson
{
    /// <summary>The documents' types.</summary>
    public static EngineJsonContext Context { get; } =
        new(
            new JsonSerializerOptions(EngineJsonContext.Default.Options)
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}
