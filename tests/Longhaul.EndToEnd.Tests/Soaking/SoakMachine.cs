using Longhaul.EndToEnd.Tests.Sites;

namespace Longhaul.EndToEnd.Tests.Soaking;

/// <summary>A machine with one disk or two.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Disks">Its disks; the first is <c>d0</c>.</param>
internal sealed record SoakMachine(string Id, string Name, IReadOnlyList<DiskFile> Disks)
{
    /// <summary>What a restore point made now contains, in the form of <see cref="ContentOf"/>.</summary>
    public string Content => ContentOf(Disks.Select((disk, number) => ($"d{number}", disk.Path)));

    /// <summary>Disks as a text to compare: each one's name and SHA-256.</summary>
    /// <param name="disks">Names and files.</param>
    public static string ContentOf(IEnumerable<(string Name, string Path)> disks) =>
        string.Join(
            ' ',
            disks.Select(disk => $"{disk.Name}={DiskFile.HashOf(disk.Path)}").Order(StringComparer.Ordinal)
        );
}
