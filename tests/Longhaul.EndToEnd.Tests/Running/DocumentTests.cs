using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>What scripts rely on: fields, one document on stdout, exit codes.</summary>
public sealed class DocumentTests : IAsyncLifetime
{
    private readonly Site _site = new(seed: 2);

    public async ValueTask InitializeAsync()
    {
        await _site.SetUpAsync(8L << 20);
        (await _site.RunAsync("job run nightly")).Ended(0);
    }

    public ValueTask DisposeAsync()
    {
        _site.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Backup_show_has_its_fields()
    {
        var backup = (await _site.RunAsync("backup show nightly")).Ended(0).Document;

        backup.Has("id name repository repositoryId origin state owner blockSize encrypted sizeBytes machines");
        Assert.Equal("backup", backup.Text("origin"));
        Assert.Equal("owned", backup.Text("state"));
        Assert.Equal(256 << 10, backup.Number("blockSize"));
        var machine = backup.Only("machines");
        machine.Has("machine machineId chain points");
        Assert.Equal("forward-incremental", machine.Text("chain"));
        var point = machine.Only("points");
        point.Has("id created kind sizeBytes digest sourcePoint job complete pinned");
        Assert.Equal("full", point.Text("kind"));
        Assert.EndsWith("Z", point.Text("created"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_list_gives_what_show_gives_without_lists()
    {
        var listed = Assert.Single((await _site.RunAsync("backup list")).Ended(0).Document.EnumerateArray());

        listed.Has("id name repository origin state owner blockSize encrypted sizeBytes");
        Assert.False(listed.TryGetProperty("machines", out _));
    }

    [Fact]
    public async Task Candidates_and_map_give_the_verdict()
    {
        Site.CopyFolder(Path.Combine(_site.Near, "nightly"), Path.Combine(_site.Far, "nightly"));
        (await _site.RunAsync("repository rescan far")).Ended(0);
        (await _site.RunAsync("job add copy offsite --job nightly --repository far")).Ended(0);

        var candidate = Assert.Single(
            (await _site.RunAsync("job candidates offsite")).Ended(0).Document.EnumerateArray()
        );
        var mapped = (await _site.RunAsync("job map offsite far/nightly --yes")).Ended(0).Document;

        foreach (var verdict in new[] { candidate, mapped })
        {
            verdict.Has("backup verdict checks machines pointsToRemove");
            Assert.Equal("warning", verdict.Text("verdict"));
            Assert.Contains(verdict.List("checks"), check => check.Text("code") == "mapping.unverified");
            Assert.All(verdict.List("checks"), check => check.Has("code verdict message hint"));
            verdict.Only("machines").Has("machine seedMachine matchedBy baseline");
            Assert.Equal("id", verdict.Only("machines").Text("matchedBy"));
        }
    }

    [Fact]
    public async Task A_refused_mapping_is_exit_3_with_the_verdict_as_details()
    {
        (await _site.RunAsync("job add copy offsite --job nightly --repository far")).Ended(0);

        var error = (await _site.RunAsync("job map offsite near/nightly")).Failed(3, "mapping.other-repository");

        error.GetProperty("details").Has("backup verdict checks machines");
    }

    [Fact]
    public async Task Plan_has_its_fields_and_writes_nothing()
    {
        (await _site.RunAsync("job add copy offsite --job nightly --repository far")).Ended(0);
        var before = Everything(_site.Far);

        var plan = (await _site.RunAsync("job plan offsite")).Ended(0).Document;

        plan.Has("machines pointsToRemove bytesToSend bytesNeeded freeBytes estimatedSeconds nothingToDo");
        plan.Only("machines")
            .Has(
                "machine sourcePoint baseline baselineFoundBy changedBlocks changedBytes bytesToSend exact full reason passedOver"
            );
        Assert.Equal("none", plan.Only("machines").Text("baselineFoundBy"));
        Assert.True(plan.Only("machines").GetProperty("full").GetBoolean());
        Assert.Equal(before, Everything(_site.Far));
    }

    [Fact]
    public async Task Run_and_session_show_give_the_same_document()
    {
        var run = (await _site.RunAsync("job run nightly")).Ended(0).Document;

        run.Has(
            "id job state started ended machines pointsRemoved bytesReclaimed bytesRead bytesTransferred bytesWritten"
        );
        run.Has("bottleneck");
        run.Only("machines")
            .Has(
                "machine point kind baselineFoundBy blocksChanged blocksDelta blocksKnown bytesRead bytesTransferred bytesWritten resumed state message"
            );
        var shown = (await _site.RunAsync($"session show {run.Text("id")}")).Ended(0).Document;
        Assert.Equal(run.GetRawText(), shown.GetRawText());
    }

    [Fact]
    public async Task Restore_has_its_fields_and_does_not_overwrite_without_force()
    {
        var folder = _site["restored"];

        var restored = (await _site.RunAsync("point restore nightly@latest --to", folder)).Ended(0).Document;

        restored.Has("point files bytesRead seconds");
        restored.Only("files").Has("disk path sizeBytes");
        Assert.NotEqual(0, (await _site.RunAsync("point restore nightly@latest --to", folder)).ExitCode);
        (await _site.RunAsync("point restore nightly@latest --force --to", folder)).Ended(0);
    }

    [Fact]
    public async Task Verify_names_damage_and_the_points_that_suffer_and_ends_with_5()
    {
        (await _site.RunAsync("backup verify nightly --data"))
            .Ended(0)
            .Document.Has("backup pointsChecked blocksChecked bytesRead damaged");
        FlipOneByte(Directory.EnumerateFiles(Path.Combine(_site.Near, "nightly/segments"), "*.seg").First());

        var found = (await _site.RunAsync("backup verify nightly --data")).Ended(5).Document;

        var damage = Assert.Single(found.List("damaged"));
        damage.Has("points machine disk block file offset what");
        Assert.Single(damage.List("points"));
        Assert.EndsWith(".seg", damage.Text("file"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("job frobnicate", 2, "usage.invalid")]
    [InlineData("job show nobody", 4, "job.not-found")]
    [InlineData("backup show nobody", 4, "backup.not-found")]
    [InlineData("machine show nobody", 4, "machine.not-found")]
    [InlineData("repository show nobody", 4, "repository.not-found")]
    [InlineData("point show nightly@1999-01-01T00:00:00Z", 4, "point.not-found")]
    [InlineData("backup delete nightly", 2, "usage.confirmation")]
    public async Task What_cannot_be_done_is_one_error_document(string line, int exitCode, string code)
    {
        var outcome = await _site.RunAsync(line);

        Assert.Equal(code[..code.IndexOf('.', StringComparison.Ordinal)], Area(outcome.Ended(exitCode).Document));
    }

    [Fact]
    public async Task A_disabled_job_is_not_run()
    {
        (await _site.RunAsync("job disable nightly")).Ended(0);

        (await _site.RunAsync("job run nightly")).Failed(3, "job.disabled");
    }

    [Fact]
    public async Task A_vanished_disk_fails_its_machine_and_the_run_says_so()
    {
        File.Delete(_site.Disk.Path);

        var run = (await _site.RunAsync("job run nightly")).Ended(1).Document;

        Assert.Equal("failed", run.Text("state"));
        Assert.Equal("failed", run.Only("machines").Text("state"));
        Assert.Contains("root", run.Only("machines").Text("message"), StringComparison.Ordinal);
    }

    private static string Area(JsonElement document) => document.GetProperty("error").Text("code")!.Split('.')[0];

    private static void FlipOneByte(string path)
    {
        using var file = File.Open(path, FileMode.Open);
        file.Position = 4096;
        var value = file.ReadByte();
        file.Position = 4096;
        file.WriteByte((byte)(value ^ 1));
    }

    private static List<string> Everything(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(path => $"{path} {new FileInfo(path).Length}")
                .Order(),
        ];
}
