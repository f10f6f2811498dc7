using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Longhaul.Core;
using Longhaul.Format.Descriptors;

namespace Longhaul.Format.Seeds;

/// <summary><c>seed.json</c> as it stands in the file.</summary>
/// <remarks>The last member is the SHA-256 of the whole file with 64 zeros in that member's place: a list that was damaged on
/// its way accuses no other file.</remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SeedListJson(
    [property: JsonRequired] int Format,
    [property: JsonRequired] string Backup,
    [property: JsonRequired] string Name,
    [property: JsonRequired] DateTimeOffset CreatedAt,
    [property: JsonRequired] bool Encrypted,
    [property: JsonRequired] int Parts,
    [property: JsonRequired] IReadOnlyList<SeedMachineJson> Machines,
    [property: JsonRequired] IReadOnlyList<SeedFileJson> Files,
    [property: JsonRequired] string Digest
)
{
    private static readonly string s_noDigest = new('0', 2 * Core.Digest.Size);

    /// <summary>Encodes a list.</summary>
    internal static byte[] Encode(SeedList list)
    {
        var json = new SeedListJson(
            FormatVersion.Current,
            list.Backup.ToString(),
            list.Name,
            list.CreatedAt.ToUniversalTime(),
            list.Encrypted,
            list.Parts,
            [.. list.Machines.Select(SeedMachineJson.Of)],
            [.. list.Files.Select(SeedFileJson.Of)],
            s_noDigest
        );
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(json, SeedListContext.Default.SeedListJson), (byte)'\n'];
        Encoding
            .ASCII.GetBytes(Core.Digest.Of(bytes).ToString())
            .CopyTo(bytes.AsSpan(IndexOfDigest(bytes, s_noDigest)));
        return bytes;
    }

    /// <summary>Decodes a list: first its version, then its digest, then the rest.</summary>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported.</exception>
    internal static SeedList Decode(string file, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > SeedList.MaxSize)
        {
            throw Errors.DataDamaged(file, SeedList.MaxSize, "it is too long");
        }

        try
        {
            var version = JsonSerializer.Deserialize(bytes, DescriptorContext.Default.VersionJson)?.Format ?? 0;
            if (version > FormatVersion.Current)
            {
                throw Errors.FormatUnsupported(file, version);
            }

            var json = JsonSerializer.Deserialize(bytes, SeedListContext.Default.SeedListJson);
            return version >= 1 && json is not null && json.HasDigestOf(bytes)
                ? json.ToList() ?? throw Errors.DataDamaged(file, 0, "an id or a digest in it is not valid")
                : throw Errors.DataDamaged(
                    file,
                    0,
                    "it is not the list that was written: its own digest does not match"
                );
        }
        catch (JsonException error)
        {
            throw Errors.DataDamaged(file, error.BytePositionInLine ?? 0, "it is not the JSON it must be", error);
        }
    }

    private static int IndexOfDigest(ReadOnlySpan<byte> bytes, string digest) =>
        bytes.LastIndexOf(Encoding.ASCII.GetBytes($"\"{digest}\"")) + 1;

    private bool HasDigestOf(ReadOnlySpan<byte> bytes)
    {
        if (Digest.Length != s_noDigest.Length || IndexOfDigest(bytes, Digest) is not (> 0 and var at))
        {
            return false;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(bytes[..at]);
        hash.AppendData(Encoding.ASCII.GetBytes(s_noDigest));
        hash.AppendData(bytes[(at + s_noDigest.Length)..]);
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == Digest;
    }

    private SeedList? ToList()
    {
        var machines = Machines.Select(machine => machine?.ToMachine()).ToArray();
        var files = Files.Select(file => file?.ToFile()).ToArray();
        return BackupId.TryParse(Backup, out var backup) && !machines.Contains(null) && !files.Contains(null)
            ? new SeedList
            {
                Backup = backup,
                Name = Name,
                CreatedAt = CreatedAt,
                Encrypted = Encrypted,
                Parts = Parts,
                Machines = machines!,
                Files = files!,
            }
            : null;
    }
}

/// <summary>A machine as it stands in the file.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SeedMachineJson(
    [property: JsonRequired] string Id,
    string? Name,
    [property: JsonRequired] IReadOnlyList<SeedPointJson> Points
)
{
    /// <summary>The machine as the file holds it.</summary>
    internal static SeedMachineJson Of(SeedMachine machine) =>
        new(machine.Id.ToString(), machine.Name, [.. machine.Points.Select(SeedPointJson.Of)]);

    /// <summary>The machine out of the file; null when it is not valid.</summary>
    internal SeedMachine? ToMachine()
    {
        var points = Points.Select(point => point?.ToPoint()).ToArray();
        return MachineId.TryParse(Id, out var id) && !points.Contains(null) ? new SeedMachine(id, Name, points!) : null;
    }
}

/// <summary>A restore point as it stands in the file.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SeedPointJson(
    [property: JsonRequired] string Id,
    [property: JsonRequired] DateTimeOffset CreatedAt,
    string? SourcePoint
)
{
    /// <summary>The point as the file holds it.</summary>
    internal static SeedPointJson Of(SeedPoint point) =>
        new(point.Id.ToString(), point.CreatedAt.ToUniversalTime(), point.SourcePoint?.ToString());

    /// <summary>The point out of the file; null when it is not valid.</summary>
    internal SeedPoint? ToPoint()
    {
        PointId source = default;
        return PointId.TryParse(Id, out var id) && (SourcePoint is null || PointId.TryParse(SourcePoint, out source))
            ? new SeedPoint(id, CreatedAt, SourcePoint is null ? null : source)
            : null;
    }
}

/// <summary>A file as it stands in the list: with <c>sha256</c>, or a segment with <c>frames</c> and <c>identity</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SeedFileJson(
    [property: JsonRequired] string Name,
    [property: JsonRequired] int Part,
    [property: JsonRequired] long Length,
    string? Sha256,
    int? Frames,
    string? Identity
)
{
    /// <summary>The file as the list holds it.</summary>
    internal static SeedFileJson Of(SeedFile file) =>
        new(
            file.Name,
            file.Part,
            file.Length,
            file.IsSegment ? null : file.Digest.ToString(),
            file.Frames,
            file.IsSegment ? file.Digest.ToString() : null
        );

    /// <summary>The file out of the list; null when it is not valid.</summary>
    internal SeedFile? ToFile() =>
        Frames is null == Identity is null
        && Frames is null == Sha256 is not null
        && Digest.TryParse(Sha256 ?? Identity!, out var digest)
            ? new SeedFile(Name, Part, Length, digest, Frames)
            : null;
}

/// <summary>How seed lists are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    NewLine = "\n",
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false
)]
[JsonSerializable(typeof(SeedListJson))]
internal sealed partial class SeedListContext : JsonSerializerContext;
