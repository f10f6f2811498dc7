using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Longhaul.Storage.Leases;

/// <summary>Names and content of a lease's objects: <c>leases/ID/00000001</c> and up, JSON.</summary>
internal static partial class LeaseCodec
{
    /// <summary>The folder of all leases.</summary>
    public const string Folder = "leases/";

    /// <summary>Longest content that is looked at, in bytes.</summary>
    public const int MaxSize = 4096;

    /// <summary>Name of a lease's object.</summary>
    /// <param name="id">The lease.</param>
    /// <param name="counter">From 1.</param>
    public static string NameOf(string id, long counter) => $"{Folder}{id}/{counter:d8}";

    /// <summary>Takes a name apart. Never throws.</summary>
    /// <returns>False when it is no name of a lease's object.</returns>
    public static bool TryParseName(string name, out string id, out long counter)
    {
        var parts = name.Split('/');
        id = parts.Length == 3 ? parts[1] : "";
        counter = 0;
        return parts.Length == 3
            && name.StartsWith(Folder, StringComparison.Ordinal)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out counter);
    }

    /// <summary>The content of a lease's object.</summary>
    public static byte[] ToBytes(LeaseHolder holder) =>
        JsonSerializer.SerializeToUtf8Bytes(holder, LeaseJson.Default.LeaseHolder);

    /// <summary>Reads content that may be damaged. Never throws.</summary>
    /// <returns>Null when it says nobody.</returns>
    public static LeaseHolder? TryRead(ReadOnlySpan<byte> content)
    {
        try
        {
            var holder = JsonSerializer.Deserialize(content, LeaseJson.Default.LeaseHolder);
            return holder is { TermSeconds: >= 1 and <= 86_400 } ? holder : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [JsonSerializable(typeof(LeaseHolder))]
    private sealed partial class LeaseJson : JsonSerializerContext;
}
