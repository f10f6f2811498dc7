using System.Security.Cryptography;
using System.Text.Json;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Cli.Tests.Commands;

/// <summary>Seeds that are made, carried, checked, received and mapped, in this process.</summary>
public sealed class SeedCommandTests : IAsyncLifetime
{
    private const int Page = 4096;
    private const int DiskSize = 6 << 20;

    private readonly Shell _shell = new();
    private readonly Random _random = new(41);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Disk => _shell.At("db.img");

    private string Usb => _shell.At("usb");

    private string Arrived => _shell.At("arrived");

    public async ValueTask InitializeAsync()
    {
        var content = new byte[DiskSize];
        _random.NextBytes(content);
        await File.WriteAllBytesAsync(Disk, content, Token);
        await _shell.JsonAsync("machine", "add", "db", "--disk", Disk);
        await _shell.JsonAsync("repository", "add", "near", _shell.At("near"));
        await _shell.JsonAsync("repository", "add", "far", _shell.At("far"));
        await RunAsync("job add backup nightly --machine db --repository near --keep 1 --block-size 256KiB");
        await RunAsync("job run nightly");
        await RunAsync("job add copy offsite --job nightly --repository far");
    }

    public ValueTask DisposeAsync()
    {
        _shell.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_seed_is_made_carried_received_and_mapped_and_then_changes_alone_are_sent()
    {
        var made = await CreateAsync();
        Assert.True(made.Flag("complete"));
        Assert.Equal(0, made.GetProperty("session").Number("bytesTransferred"));
        Assert.Contains(
            "Longhaul seed 'offsite'",
            await File.ReadAllTextAsync(Path.Combine(Usb, "offsite/README.txt"), Token),
            StringComparison.Ordinal
        );
        CopyFolder(Usb, Arrived);

        var found = await RunAsync("seed check", Arrived);
        Assert.Equal("offsite", found.Text("backup"));
        Assert.Equal("db", found.GetProperty("machines")[0].Text("machine"));
        Assert.Empty(found.GetProperty("damaged").EnumerateArray());

        var received = await RunAsync("seed receive", Arrived, "--repository", "far");
        Assert.Equal("offsite", received.GetProperty("awaitedBy")[0].GetString());
        Assert.True(received.Number("filesMoved") > 0, "both lie on one file system");
        Assert.Equal("imported", (await RunAsync("backup show far/offsite")).Text("state"));

        await RunAsync("job map offsite far/offsite");
        Scatter(3);
        await RunAsync("job run nightly");
        var run = (await RunAsync("job run offsite")).GetProperty("machines")[0];
        Assert.Equal("increment", run.Text("kind"));
        Assert.Equal("lineage", run.Text("baselineFoundBy"));
        Assert.InRange(run.Number("bytesTransferred"), 1, DiskSize / 10);
        Assert.Equal("ready", (await RunAsync("job show offsite")).Text("state"));
        Assert.Equal(HashOf(Disk), await RestoreAsync("far/offsite"));
    }

    [Fact]
    public async Task A_job_that_awaits_its_seed_sends_nothing_and_says_what_it_waits_for()
    {
        await CreateAsync();
        await RunAsync("job run nightly");

        var shown = await RunAsync("job show offsite");
        Assert.Equal("awaiting-seed", shown.Text("state"));
        Assert.Equal(Usb, shown.Text("seedFolder"));
        JsonAssert.IsShortFormOf((await RunAsync("job list"))[1], shown);

        var run = await RunAsync("job run offsite");
        Assert.Equal("idle", run.Text("state"));
        Assert.Equal(0, run.Number("bytesTransferred"));
        Assert.Contains("awaits the seed", run.GetProperty("machines")[0].Text("message"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_shell.At("far/offsite")));

        var plan = await RunAsync("job plan offsite");
        Assert.True(plan.Flag("nothingToDo"));
        Assert.Contains("awaits the seed", plan.GetProperty("machines")[0].Text("reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_is_given_up_by_a_full()
    {
        await CreateAsync();

        Assert.Equal("success", (await RunAsync("job run offsite --full")).Text("state"));

        Assert.Equal("ready", (await RunAsync("job show offsite")).Text("state"));
        Assert.Equal(HashOf(Disk), await RestoreAsync("far/offsite"));
    }

    /// <summary>A clone is another job, with a first run of its own.</summary>
    [Fact]
    public async Task A_clone_awaits_nothing()
    {
        await CreateAsync();

        Assert.Equal("ready", (await RunAsync("job clone offsite other")).Text("state"));
    }

    [Fact]
    public async Task The_source_keeps_the_point_that_a_seed_was_made_from_until_the_first_run_after_mapping()
    {
        var source = (await CreateAsync()).GetProperty("machines")[0].GetProperty("points")[0].Text("sourcePoint")!;
        for (var night = 0; night < 3; night++)
        {
            Scatter(1);
            Assert.Equal("success", (await RunAsync("job run nightly")).Text("state"));
        }

        Assert.Equal([source], (await PointsAsync("near/nightly")).SkipLast(1));
        var retained = (await RunAsync("job retention nightly")).GetProperty("machines")[0].GetProperty("points");
        Assert.Equal("awaited-seed", retained[0].GetProperty("because")[0].GetString());

        await RunAsync("seed receive", Usb, "--repository", "far");
        await RunAsync("job map offsite far/offsite");
        Scatter(1);
        await RunAsync("job run nightly");
        Assert.Contains(source, await PointsAsync("near/nightly"));
        await RunAsync("job run offsite");
        Scatter(1);
        await RunAsync("job run nightly");
        Assert.DoesNotContain(source, await PointsAsync("near/nightly"));
    }

    [Fact]
    public async Task Every_missing_and_damaged_file_is_named_and_carrying_those_again_mends_it()
    {
        await CreateAsync();
        CopyFolder(Usb, Arrived);
        var files = Directory
            .EnumerateFiles(Path.Combine(Arrived, "offsite"), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) is not ("seed.json" or "README.txt"))
            .ToArray();
        Assert.True(files.Length >= 4, "there are log, table, segment and descriptor");
        foreach (var file in files)
        {
            var content = await File.ReadAllBytesAsync(file, Token);
            foreach (var place in (int[])[0, content.Length / 2, content.Length - 1])
            {
                content[place] ^= 1;
                await File.WriteAllBytesAsync(file, content, Token);
                Assert.Equal(file, (await DamagedAsync()).Text("path"));
                content[place] ^= 1;
            }

            await File.WriteAllBytesAsync(file, content[..^1], Token);
            Assert.Equal(file, (await DamagedAsync()).Text("path"));
            File.Delete(file);
            var missing = await DamagedAsync();
            Assert.True(missing.Flag("missing"));
            Assert.Equal(file, missing.Text("path"));
            await _shell.ErrorAsync(
                ExitCodes.Damaged,
                "seed.damaged",
                "seed",
                "receive",
                Arrived,
                "--repository",
                "far"
            );
            Assert.False(Directory.Exists(_shell.At("far/offsite")));

            File.Copy(Path.Combine(Usb, Path.GetRelativePath(Arrived, file)), file);
            await RunAsync("seed check", Arrived);
        }
    }

    [Fact]
    public async Task A_damaged_list_accuses_no_other_file()
    {
        await CreateAsync();
        var list = Path.Combine(Usb, "offsite/seed.json");
        var text = await File.ReadAllTextAsync(list, Token);
        var at = text.IndexOf("sha256", StringComparison.Ordinal) + 15;
        await File.WriteAllTextAsync(list, text[..at] + (text[at] == 'a' ? 'b' : 'a') + text[(at + 1)..], Token);

        await _shell.ErrorAsync(ExitCodes.Damaged, "data.damaged", "seed", "check", Usb);

        File.Delete(list);
        await _shell.ErrorAsync(ExitCodes.NotFound, "seed.not-found", "seed", "check", Usb);
    }

    [Fact]
    public async Task A_split_seed_is_carried_on_several_disks_and_joined_again()
    {
        const long Part = 4 << 20;
        var made = await CreateAsync("--split", "4MiB");
        var parts = made.GetProperty("parts").EnumerateArray().Select(part => part.Text("path")!).ToArray();
        Assert.True(parts.Length >= 2, made.ToString());
        Assert.All(parts, part => Assert.True(SizeOf(part) <= Part, $"{part} has {SizeOf(part)} bytes"));
        Assert.All(parts, part => Assert.True(File.Exists(Path.Combine(part, "README.txt"))));
        Assert.False(Directory.Exists(Path.Combine(Usb, "offsite")));

        Assert.Equal(ExitCodes.Damaged, await _shell.RunAsync("seed", "check", parts[0], "--json"));
        Assert.Equal(
            [2],
            _shell.Document().GetProperty("missingParts").EnumerateArray().Take(1).Select(part => part.GetInt32())
        );

        await RunAsync("seed check", parts);
        await RunAsync("seed check", Usb);
        await RunAsync("seed receive", [.. parts, "--repository", "far"]);
        await RunAsync("job map offsite far/offsite");
        Assert.Equal(HashOf(Disk), await RestoreAsync("far/offsite"));
    }

    [Fact]
    public async Task Parts_that_are_too_small_are_refused_with_the_arithmetic_before_anything_is_written()
    {
        var error = await _shell.ErrorAsync(
            ExitCodes.Usage,
            "seed.split",
            "seed",
            "create",
            "offsite",
            "--to",
            Usb,
            "--split",
            "1MiB"
        );

        Assert.True(error.GetProperty("details").Number("needed") > 1 << 20);
        Assert.False(Directory.Exists(Path.Combine(Usb, "offsite")));
        Assert.Equal("ready", (await RunAsync("job show offsite")).Text("state"));
    }

    [Fact]
    public async Task A_seed_is_made_again_without_harm_and_never_over_another()
    {
        var first = await CreateAsync();
        var again = await CreateAsync();
        Assert.Equal(first.Text("backupId"), again.Text("backupId"));
        Assert.Equal(JsonValueKind.Null, again.GetProperty("session").ValueKind);

        await _shell.ErrorAsync(ExitCodes.Refused, "seed.elsewhere", "seed", "create", "offsite", "--to", Arrived);
        await _shell.ErrorAsync(ExitCodes.Refused, "seed.exists", "seed", "create", "offsite", "--to", Usb, "--anew");
        await RunAsync("seed create offsite --anew --to", Arrived);
        await RunAsync("seed receive", Arrived, "--repository", "far");
        await RunAsync("job map offsite far/offsite");
        await _shell.ErrorAsync(ExitCodes.Refused, "seed.job-has-backup", "seed", "create", "offsite", "--to", Usb);
    }

    [Fact]
    public async Task A_seed_is_not_received_over_something_else_of_its_name()
    {
        await CreateAsync();
        Directory.CreateDirectory(_shell.At("far/offsite"));
        await File.WriteAllTextAsync(_shell.At("far/offsite/notes"), "mine", Token);

        await _shell.ErrorAsync(ExitCodes.Refused, "seed.name-taken", "seed", "receive", Usb, "--repository", "far");

        CopyFolder(Usb, Arrived);
        await RunAsync("seed receive", Usb, "--repository", "far", "--name", "arrived");
        await _shell.ErrorAsync(
            ExitCodes.Refused,
            "backup.duplicate",
            "seed",
            "receive",
            Arrived,
            "--repository",
            "far",
            "--name",
            "twice"
        );
        Assert.Equal("mine", await File.ReadAllTextAsync(_shell.At("far/offsite/notes"), Token));
    }

    [Fact]
    public async Task A_seed_that_is_received_twice_or_was_carried_there_by_hand_stays_as_it_is()
    {
        await CreateAsync();
        CopyFolder(Path.Combine(Usb, "offsite"), _shell.At("far/offsite"));

        var inPlace = await RunAsync("seed receive", _shell.At("far/offsite"), "--repository", "far");
        var again = await RunAsync("seed receive", Usb, "--repository", "far");

        Assert.All([inPlace, again], one => Assert.Equal(0, one.Number("filesMoved") + one.Number("filesCopied")));
        await RunAsync("job map offsite far/offsite");
        await RunAsync("seed check", _shell.At("far/offsite"));
        Assert.Equal(HashOf(Disk), await RestoreAsync("far/offsite"));
    }

    /// <summary>Another name for the same folder: the file that is there must not be taken for an old one of another.</summary>
    [Fact]
    public async Task A_seed_in_its_place_is_not_lost_when_it_is_received_by_another_path()
    {
        await CreateAsync();
        CopyFolder(Path.Combine(Usb, "offsite"), _shell.At("far/offsite"));
        Directory.CreateSymbolicLink(_shell.At("alias"), _shell.At("far"));

        await RunAsync("seed receive", Path.Combine(_shell.At("alias"), "offsite"), "--repository", "far");

        await RunAsync("seed check", _shell.At("far/offsite"));
    }

    [Fact]
    public async Task Two_seeds_in_one_folder_are_told_apart()
    {
        await CreateAsync();
        await RunAsync("job add copy second --job nightly --repository far");
        await RunAsync("seed create second --to", Usb);

        await _shell.ErrorAsync(ExitCodes.Usage, "seed.several", "seed", "check", Usb);

        Assert.Equal("second", (await RunAsync("seed check", Path.Combine(Usb, "second"))).Text("backup"));
    }

    [Fact]
    public async Task A_job_with_nothing_to_copy_makes_no_seed_and_waits_for_none()
    {
        await RunAsync("job add backup weekly --machine db --repository near");
        await RunAsync("job add copy empty --job weekly --repository far");

        await _shell.ErrorAsync(ExitCodes.Refused, "seed.nothing", "seed", "create", "empty", "--to", Usb);

        Assert.Equal("ready", (await RunAsync("job show empty")).Text("state"));
    }

    [Fact]
    public async Task A_repository_without_room_for_a_seed_is_left_alone_and_so_is_the_seed()
    {
        await using var small = await MountedFolder.MountAsync(DiskSize / 2, Token);
        await CreateAsync();
        await _shell.JsonAsync("repository", "add", "small", small.Path);

        var error = await _shell.ErrorAsync(
            ExitCodes.Failed,
            "store.no-space",
            "seed",
            "receive",
            Usb,
            "--repository",
            "small"
        );

        Assert.Contains("bytes of the seed", error.Text("message"), StringComparison.Ordinal);
        Assert.Empty((await RunAsync("repository rescan small")).GetProperty("backups").EnumerateArray());
        await RunAsync("seed check", Usb);
        await RunAsync("seed receive", Usb, "--repository", "far");
        await RunAsync("job map offsite far/offsite");
    }

    [Fact]
    public async Task A_seed_copied_from_another_file_system_stays_where_it_was()
    {
        await using var disk = await MountedFolder.MountAsync(4L * DiskSize, Token);
        await RunAsync("seed create offsite --to", disk.Path);
        await disk.MakeReadOnlyAsync(Token);

        var received = await RunAsync("seed receive", disk.Path, "--repository", "far");

        Assert.Equal(0, received.Number("filesMoved"));
        await RunAsync("seed check", disk.Path);
        await RunAsync("job map offsite far/offsite");
        Assert.Equal(HashOf(Disk), await RestoreAsync("far/offsite"));
    }

    [Fact]
    public async Task A_seed_from_an_image_says_the_line_that_is_next_before_the_job_is_mapped_and_after()
    {
        var image = _shell.At("old.img");
        File.Copy(Disk, image);
        File.SetLastWriteTimeUtc(image, _shell.Clock.GetUtcNow().AddHours(-1).UtcDateTime);
        const string Line = "seed from-image --machine db --repository far --job offsite --disk";

        Assert.Equal("longhaul job map offsite far/db-seed", (await RunAsync(Line, image)).Text("next"));
        await RunAsync("job map offsite far/db-seed");

        var again = await RunAsync(Line, image);
        Assert.True(again.Flag("wasThere"));
        Assert.Equal("longhaul job run offsite", again.Text("next"));
    }

    /// <summary>Everything in the home but the disks is gone; what lies in the repositories brings it back.</summary>
    [Fact]
    public async Task From_a_lost_catalog_a_received_seed_is_adopted_and_no_full_is_sent()
    {
        await CreateAsync();
        await RunAsync("seed receive", Usb, "--repository", "far");
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_shell.Home, recursive: true);

        await _shell.JsonAsync("repository", "add", "near", _shell.At("near"));
        await _shell.JsonAsync("repository", "add", "far", _shell.At("far"));
        await RunAsync("repository rescan near");
        await RunAsync("repository rescan far");
        await RunAsync("job adopt near/nightly");
        await RunAsync("job adopt far/offsite");
        Scatter(2);
        await RunAsync("job run nightly");

        var run = (await RunAsync("job run offsite")).GetProperty("machines")[0];
        Assert.Equal("increment", run.Text("kind"));
        Assert.InRange(run.Number("bytesTransferred"), 1, DiskSize / 10);
        Assert.Equal(HashOf(Disk), await RestoreAsync("far/offsite"));
    }

    private Task<JsonElement> CreateAsync(params string[] more) => RunAsync("seed create offsite --to", [Usb, .. more]);

    private Task<JsonElement> RunAsync(string line, params string[] more) =>
        _shell.JsonAsync([.. line.Split(' '), .. more]);

    private async Task<JsonElement> DamagedAsync()
    {
        Assert.Equal(ExitCodes.Damaged, await _shell.RunAsync("seed", "check", Arrived, "--json"));
        return Assert.Single(_shell.Document().GetProperty("damaged").EnumerateArray());
    }

    private async Task<IEnumerable<string>> PointsAsync(string backup) =>
        (await RunAsync("backup show " + backup))
            .GetProperty("machines")[0]
            .GetProperty("points")
            .EnumerateArray()
            .Select(point => point.Text("id")!);

    private async Task<string> RestoreAsync(string backup)
    {
        var to = _shell.At("restored");
        var restored = await RunAsync($"point restore {backup}@latest --to", to);
        return HashOf(Path.Combine(to, restored.GetProperty("files")[0].Text("path")!));
    }

    private void Scatter(int pages)
    {
        using var file = File.OpenWrite(Disk);
        for (var page = 0; page < pages; page++)
        {
            var content = new byte[Page];
            _random.NextBytes(content);
            file.Position = _random.Next(DiskSize / Page) * (long)Page;
            file.Write(content);
        }

        // The next point is a later one.
        _shell.Clock.Advance(TimeSpan.FromDays(1));
    }

    private static long SizeOf(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    private static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from))
        {
            CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
        }

        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
