using System.Text.Json;
using System.Text.Json.Serialization;

namespace Longhaul.Storage.Leases;

/// <summary>Content of a lease's objects, JSON. Their names: <see cref="Format.Descriptors.BackupNames"/>.</summary>
internal static partial class LeaseCodec
{
    /// <summary>Longest content that is looked at, in bytes.</summary>
    public const int MaxSize = 4096;

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
            return
                holder is { Host: not null, BootId: not null, Who: not null, TermSeconds: >= 1 and <= 86_400 }
                && Enum.IsDefined(holder.Purpose)
                ? holder
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [JsonSerializable(typeof(LeaseHolder))]
    private sealed partial class LeaseJson : JsonSerializerContext;
}
