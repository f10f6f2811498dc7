using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;

namespace Longhaul.EndToEnd.Tests.Soaking;

/// <summary>Chooses what is done next, and says how it may end.</summary>
/// <param name="estate">Where.</param>
/// <param name="random">Decides.</param>
internal sealed class SoakChoices(SoakEstate estate, Random random)
{
    private static readonly string[] s_busy = ["backup.busy", "backup.changed", "store.no-space"];

    /// <summary>Chooses.</summary>
    /// <param name="backups">What <c>backup list</c> says.</param>
    /// <param name="book">The points there are.</param>
    public SoakAction Choose(IReadOnlyList<JsonElement> backups, PointBook book) =>
        random.Next(22) switch
        {
            < 3 => Reclaim(),
            3 when backups.Count > 0 => Verify(Any(backups)),
            < 7 when book.Present.Any() => OfPoint(random.GetItems(book.Present.ToArray(), 1)[0], backups),
            7 or 8 when backups.Count > 0 => Own(Any(backups)),
            9 when backups.Count > 1 => Repair(backups),
            10 when backups.Any(IsEncrypted) => Password(Any([.. backups.Where(IsEncrypted)])),
            11 => EditRules(),
            _ => Run(),
        };

    /// <summary>A backup, as <c>REPOSITORY/NAME</c>.</summary>
    public static string NameOf(JsonElement backup) => $"{backup.Text("repository")}/{backup.Text("name")}";

    private static bool IsEncrypted(JsonElement backup) => backup.IsTrue("encrypted");

    private static bool IsIn(string point, JsonElement backup) =>
        point.StartsWith($"{NameOf(backup)}/", StringComparison.Ordinal);

    private static string? OwnerOf(JsonElement backup) => backup.Text("owner");

    private JsonElement Any(IReadOnlyList<JsonElement> backups) => backups[random.Next(backups.Count)];

    private SoakAction Reclaim()
    {
        var repository = SoakEstate.Repositories[random.Next(SoakEstate.Repositories.Count)];
        var how = random.Next(3) switch
        {
            0 => "",
            1 => " --reclaim-delay 0",
            _ => " --full --reclaim-delay 0",
        };
        return new SoakAction($"repository reclaim {repository}{how}", s_busy);
    }

    private static SoakAction Verify(JsonElement backup) =>
        new($"backup verify {NameOf(backup)} --data", "store.no-space");

    private SoakAction OfPoint(string point, IReadOnlyList<JsonElement> backups)
    {
        var id = point[(point.IndexOf('@', StringComparison.Ordinal) + 1)..];
        var job = backups.Where(backup => IsIn(point, backup)).Select(OwnerOf).FirstOrDefault();
        return random.Next(3) switch
        {
            0 => new SoakAction(
                $"point delete {point} --yes",
                [.. s_busy, "point.not-found", "point.last", "point.pinned", "point.protected"]
            )
            {
                Job = job,
                Deletes = id,
            },
            1 => new SoakAction($"point pin {point}", [.. s_busy, "point.not-found"]) { Job = job, Pins = id },
            _ => new SoakAction($"point unpin {point}", [.. s_busy, "point.not-found"]) { Job = job, Pins = id },
        };
    }

    private SoakAction Own(JsonElement backup)
    {
        var copies = estate.Jobs.Where(job => job.IsCopy).ToArray();
        var job = copies[random.Next(copies.Length)];
        return random.Next(2) == 0
            ? new SoakAction($"job unmap {job.Name} --yes", [.. s_busy, "job.not-mapped"]) { Job = job.Name }
            : new SoakAction($"job map {job.Name} {NameOf(backup)} --yes", [.. s_busy, "mapping.", "backup."])
            {
                Job = job.Name,
            };
    }

    /// <summary>Nothing is damaged, so that there is nothing to mend; but all is read, and the backup is held.</summary>
    private SoakAction Repair(IReadOnlyList<JsonElement> backups)
    {
        var backup = Any(backups);
        var from = Any([.. backups.Where(other => NameOf(other) != NameOf(backup))]);
        return new SoakAction($"backup repair {NameOf(backup)} --from {NameOf(from)}", [.. s_busy, "data.removed"]);
    }

    private SoakAction Password(JsonElement backup) =>
        random.Next(2) == 0
            ? new SoakAction($"backup password {NameOf(backup)} --add {estate.SecondPassword}", [.. s_busy, "backup."])
            : new SoakAction($"backup password {NameOf(backup)} --remove 2 --yes", [.. s_busy, "backup."]);

    private SoakAction EditRules()
    {
        var ruled = estate.Jobs.Where(job => job.HasRules).ToArray();
        var job = ruled[random.Next(ruled.Length)];
        var keep = job.Keep + random.Next(3);
        return new SoakAction(
            $"job edit {job.Name} --keep {keep} --keep-weekly {random.Next(3)} --keep-monthly {random.Next(2)}",
            s_busy
        )
        {
            Job = job.Name,
        };
    }

    private SoakAction Run()
    {
        var job = estate.Jobs[random.Next(estate.Jobs.Count)];
        var how = random.Next(8) switch
        {
            0 => " --full",
            1 when job.MakesFulls => " --synthetic-full",
            _ => "",
        };
        return new SoakAction(
            $"job run {job.Name}{how}",
            [.. s_busy, "data.removed", "copy.full-unannounced", "job.backup-owned"]
        )
        {
            Job = job.Name,
        };
    }
}
