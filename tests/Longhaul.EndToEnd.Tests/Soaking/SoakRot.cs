using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;

namespace Longhaul.EndToEnd.Tests.Soaking;

/// <summary>A bit of a segment rots, and is mended with what other backups have, if they have it all.</summary>
/// <param name="estate">Where.</param>
/// <param name="random">Decides.</param>
internal sealed class SoakRot(SoakEstate estate, Random random)
{
    /// <summary>Lets it happen.</summary>
    /// <param name="backups">What <c>backup list</c> says.</param>
    /// <returns>What happened.</returns>
    public async Task<string> HappenAsync(IReadOnlyList<JsonElement> backups)
    {
        var rotting = backups.Where(backup => SoakEstate.Roomy.Contains(backup.Text("repository"))).ToArray();
        if (rotting.Length == 0 || backups.Count < 2)
        {
            return "nothing rots";
        }

        var backup = rotting[random.Next(rotting.Length)];
        var name = SoakChoices.NameOf(backup);
        var folder = Path.Combine(estate.FolderOf(backup.Text("repository")!), backup.Text("name")!);
        var files = Directory.GetFiles(Path.Combine(folder, "segments"), "*.seg", SearchOption.AllDirectories);
        if (files.Length == 0)
        {
            return $"{name} has nothing that rots";
        }

        var file = files.Order(StringComparer.Ordinal).ElementAt(random.Next(files.Length));
        var bytes = await File.ReadAllBytesAsync(file);
        var at = random.Next(bytes.Length);
        Flip(file, at);
        var from = string.Join(' ', backups.Select(SoakChoices.NameOf).Where(other => other != name));
        var line = $"backup repair {name} --from {from}";

        // What cannot be mended would be marked as damaged, and that is not what the soak looks for.
        var mended = (await estate.RunAsync($"{line} --dry-run")).ExitCode == 0;
        if (mended)
        {
            (await estate.RunAsync(line)).Ended(0);
        }

        Flip(file, at);
        return $"{name} rotted in {Path.GetFileName(file)}: {(mended ? "mended" : "put back")}";
    }

    private static void Flip(string file, int at)
    {
        if (!File.Exists(file))
        {
            return;
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = at;
        var value = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(value ^ 0x10));
    }
}
