using Longhaul.Core;
using Longhaul.Format.Descriptors;

namespace Longhaul.Format.Seeds;

/// <summary><c>seed.json</c>: what a carried seed consists of, so that its arrival can be checked without a password.</summary>
/// <remarks>Written once and never changed; the same bytes lie in every part.
/// Source: docs/format.md, section "Seed list".</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SeedList
{
    /// <summary>Longest list that is read, in bytes.</summary>
    public const int MaxSize = 64 << 20;

    /// <summary>Most files a list names.</summary>
    public const int MaxFiles = 1 << 18;

    /// <summary>Most parts a seed is split into.</summary>
    public const int MaxParts = 999;

    private const int MaxNameLength = 200;

    /// <summary>The backup's id.</summary>
    public required BackupId Backup { get; init; }

    /// <summary>Name of the backup's folder, 1 to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>When the seed was finished, UTC; for people.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether it is encrypted.</summary>
    public required bool Encrypted { get; init; }

    /// <summary>Parts it travels in, from 1.</summary>
    public required int Parts { get; init; }

    /// <summary>Its machines.</summary>
    public required IReadOnlyList<SeedMachine> Machines { get; init; }

    /// <summary>Its files, in ordinal order of their names.</summary>
    public required IReadOnlyList<SeedFile> Files { get; init; }

    /// <summary>Bytes of all files.</summary>
    public long SizeBytes => Files.Sum(file => file.Length);

    /// <summary>Encodes the list.</summary>
    /// <returns>UTF-8 JSON; equal lists give equal bytes.</returns>
    /// <exception cref="InvalidOperationException">It is no valid list, or too long.</exception>
    public byte[] Encode() =>
        FindFault() is { } fault ? throw new InvalidOperationException(fault)
        : SeedListJson.Encode(this) is { Length: <= MaxSize } bytes ? bytes
        : throw new InvalidOperationException("The list is too long.");

    /// <summary>Decodes a list that may be damaged or hostile.</summary>
    /// <param name="file">Name for the error.</param>
    /// <param name="bytes">All of the file.</param>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported.</exception>
    public static SeedList Decode(string file, ReadOnlySpan<byte> bytes)
    {
        var list = SeedListJson.Decode(file, bytes);
        return list.FindFault() is { } fault ? throw Errors.DataDamaged(file, 0, fault) : list;
    }

    /// <summary>What of a list contradicts itself or the format; null for nothing.</summary>
    private string? FindFault() =>
        0 switch
        {
            _ when Backup.IsEmpty => "it names no backup",
            _ when !IsFolderName(Name) => "its folder's name is not valid",
            _ when Parts is < 1 or > MaxParts => "its number of parts is not valid",
            _ when Files.Count > MaxFiles => "it names too many files",
            _ when Machines.Any(machine => machine.Id.IsEmpty || machine.Points.Any(point => point.Id.IsEmpty)) =>
                "a machine or a restore point in it has no id",
            _ when Files.FirstOrDefault(file => !IsValid(file)) is { } wrong =>
                $"its entry for '{wrong.Name}' is not valid",
            _ when !IsOrdered() => "its files are not in order, each once",
            _ when !Files.Any(file => file.Name == BackupNames.Backup) => "it does not name backup.json",
            _ => null,
        };

    private bool IsOrdered() =>
        Files.Zip(Files.Skip(1)).All(pair => string.CompareOrdinal(pair.First.Name, pair.Second.Name) < 0);

    private bool IsValid(SeedFile file) =>
        file.Length >= 1
        && file.Part >= 1
        && file.Part <= Parts
        && (
            BackupNames.TryParseSegmentFile(file.Name, out _, out _)
                ? file.Frames is >= 0 and <= 1 << 20
                : file.Frames is null && IsUnchanging(file.Name)
        );

    private static bool IsUnchanging(string name) =>
        name == BackupNames.Backup
        || BackupNames.TryParseRecord(name, out _)
        || BackupNames.TryParseKeyList(name, out _)
        || BackupNames.TryParsePointFile(name, out _, out _, out _);

    /// <remarks>One part of a path, of the characters that stores let through: it can lead nowhere else.</remarks>
    private static bool IsFolderName(string name) =>
        name.Length is >= 1 and <= MaxNameLength
        && name[0] != '.'
        && !name.EndsWith(".part", StringComparison.Ordinal)
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or ' ');
}
