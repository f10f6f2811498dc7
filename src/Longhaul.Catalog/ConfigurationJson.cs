using System.Text.Json;
using Longhaul.Catalog.Json;
using Longhaul.Core;

namespace Longhaul.Catalog;

/// <summary>A configuration as UTF-8 JSON.</summary>
public static class ConfigurationJson
{
    private static readonly CatalogJsonContext s_context = new(
        new JsonSerializerOptions(CatalogJsonContext.Default.Options) { WriteIndented = true, NewLine = "\n" }
    );

    /// <summary>Encodes a configuration, for people to read too.</summary>
    /// <param name="configuration">The configuration.</param>
    public static byte[] Encode(Configuration configuration) =>
        JsonSerializer.SerializeToUtf8Bytes(configuration, s_context.Configuration);

    /// <summary>Decodes a configuration that a person may have edited.</summary>
    /// <param name="file">Its path, for the error.</param>
    /// <param name="utf8">All of the file.</param>
    /// <returns>A configuration without a fault.</returns>
    /// <exception cref="LonghaulException">config.invalid.</exception>
    public static Configuration Decode(string file, ReadOnlySpan<byte> utf8)
    {
        try
        {
            var configuration =
                JsonSerializer.Deserialize(utf8, s_context.Configuration)
                ?? throw Errors.ConfigInvalid(file, "it is empty");
            return configuration.FindFault() is { } fault ? throw Errors.ConfigInvalid(file, fault) : configuration;
        }
        catch (JsonException error)
        {
            throw Errors.ConfigInvalid(file, error.Message, error);
        }
    }
}
