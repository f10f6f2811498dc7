using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;

namespace Longhaul.EndToEnd.Tests.Soaking;

/// <summary>What happens between the rounds, while no command runs: disks change, room goes and comes, folders are
/// carried, given up and deleted.</summary>
/// <param name="estate">Where.</param>
/// <param name="random">Decides.</param>
internal sealed class Accidents(SoakEstate estate, Random random)
{
    private const int MostBackups = 14;

    private readonly SoakSeeds _seeds = new(estate, random);
    private readonly SoakRot _rot = new(estate, random);
    private int _carried;

    /// <summary>Backups that were deleted, as <c>REPOSITORY/NAME</c>.</summary>
    public HashSet<string> Deleted { get; } = [];

    /// <summary>Lets things happen.</summary>
    /// <param name="backups">What <c>backup list</c> says.</param>
    /// <returns>What happened.</returns>
    public async Task<IReadOnlyList<string>> HappenAsync(IReadOnlyList<JsonElement> backups)
    {
        var happened = new List<string>();
        foreach (var machine in random.GetItems(estate.Machines.ToArray(), 3))
        {
            Write(machine.Disks[random.Next(machine.Disks.Count)]);
        }

        if (random.Next(estate.IsFull ? 2 : 5) == 0)
        {
            happened.Add(estate.IsFull ? "there is room" : "no room is left");
            if (estate.IsFull)
            {
                estate.MakeRoom();
            }
            else
            {
                estate.FillUp();
            }
        }

        var free = backups.Where(backup => backup.Text("owner") is null).ToArray();
        if (free.Length > 0 && (backups.Count > MostBackups || random.Next(8) == 0))
        {
            happened.Add(await ConvertOrDeleteAsync(random.GetItems(free, 1)[0], backups.Count > MostBackups));
        }

        // Not to where the same backup lies already, by way of a third repository: of two folders the program uses neither.
        var instances = backups.Select(other => (other.Text("repository")!, other.Text("instanceId"))).ToHashSet();
        var fit = backups
            .Where(backup => !instances.Contains((Elsewhere(backup), backup.Text("instanceId"))))
            .ToArray();
        if (fit.Length > 0 && backups.Count < MostBackups && random.Next(8) == 0)
        {
            happened.Add(await CarryAsync(random.GetItems(fit, 1)[0]));
        }

        if (backups.Count < MostBackups && random.Next(10) == 0)
        {
            happened.Add(await _seeds.SendAsync());
        }

        if (random.Next(8) == 0)
        {
            happened.Add(
                await _rot.HappenAsync(
                    (await estate.RunAsync("backup list")).Ended(0).Document.EnumerateArray().ToList()
                )
            );
        }

        return happened;
    }

    private void Write(DiskFile disk)
    {
        switch (random.Next(4))
        {
            case 0:
                disk.Fill(0, random.Next(1, 16) * DiskFile.Page);
                break;
            case 1:
                disk.Clear(random.Next(1, 64) * DiskFile.Page);
                break;
            default:
                disk.Scatter(random.Next(1, 6));
                break;
        }
    }

    private async Task<string> ConvertOrDeleteAsync(JsonElement backup, bool mustGo)
    {
        var name = $"{backup.Text("repository")}/{backup.Text("name")}";
        if (!mustGo && random.Next(3) == 0 && !backup.IsTrue("encrypted"))
        {
            var line = $"backup encrypt {name} --yes";
            var encrypted = await estate.RunAsync(line);
            return encrypted.ExitCode == 0 || estate.IsFull
                ? $"{line} → {encrypted.ExitCode}"
                : throw Unexpected(encrypted);
        }

        if (!mustGo && random.Next(2) == 0)
        {
            var line = $"backup convert {name} --to forward --yes";
            var converted = await estate.RunAsync(line);
            return estate.IsFull && converted.ExitCode == 1
                ? $"{line}: no space"
                : $"{line} → {converted.Ended(0).ExitCode}";
        }

        (await estate.RunAsync($"backup delete {name} --yes")).Ended(0);
        Deleted.Add(name);
        return $"backup delete {name}";
    }

    private static InvalidOperationException Unexpected(Outcome outcome) => new(outcome.ToString());

    private async Task<string> CarryAsync(JsonElement backup)
    {
        var from = backup.Text("repository")!;
        var to = Elsewhere(backup);
        var name = $"carried-{_carried++}";
        Site.CopyFolder(
            Path.Combine(estate.FolderOf(from), backup.Text("name")!),
            Path.Combine(estate.FolderOf(to), name)
        );
        (await estate.RunAsync($"repository rescan {to}")).Ended(0);
        return $"{from}/{backup.Text("name")} carried to {to}/{name}";
    }

    /// <summary>The repository that a backup is carried to.</summary>
    private static string Elsewhere(JsonElement backup) => backup.Text("repository") == "near" ? "far" : "near";
}
