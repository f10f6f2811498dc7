using Xunit;

namespace Longhaul.Cli.Tests.Commands;

public sealed class MachineCommandTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task A_machine_is_added_shown_and_listed()
    {
        var added = await _shell.JsonAsync("machine", "add", "db", "--disk", "root=/dev/vda", "--disk", "/dev/vdb");
        var shown = await _shell.JsonAsync("machine", "show", "db");
        var listed = await _shell.JsonAsync("machine", "list");

        Assert.Equal(added.ToString(), shown.ToString());
        JsonAssert.IsShortFormOf(listed[0], shown);
        Assert.Equal(32, shown.Text("id")!.Length);
        Assert.Equal("root", shown.GetProperty("disks")[0].Text("id"));
        Assert.Equal("/dev/vda", shown.GetProperty("disks")[0].Text("path"));
        Assert.Equal("disk1", shown.GetProperty("disks")[1].Text("id"));
    }

    [Fact]
    public async Task Several_disks_may_follow_one_option_and_paths_become_absolute()
    {
        var machine = await _shell.JsonAsync("machine", "add", "db", "--disk", "a.img", "b=b=1.img");

        Assert.Equal(Path.GetFullPath("a.img"), machine.GetProperty("disks")[0].Text("path"));
        Assert.Equal("b", machine.GetProperty("disks")[1].Text("id"));
        Assert.Equal(Path.GetFullPath("b=1.img"), machine.GetProperty("disks")[1].Text("path"));
    }

    [Fact]
    public async Task A_disk_that_is_not_there_is_a_warning_beside_the_document()
    {
        await _shell.JsonAsync("machine", "add", "db", "--disk", "/nowhere/db.img");

        Assert.Contains("warning", _shell.Interaction.Err.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Editing_moves_adds_and_takes_away_disks_and_keeps_the_id()
    {
        var added = await _shell.JsonAsync("machine", "add", "db", "--disk", "a=/a", "b=/b");

        var edited = await _shell.JsonAsync(
            "machine",
            "edit",
            "db",
            "--name",
            "db01",
            "--disk",
            "b=/b2",
            "c=/c",
            "--remove-disk",
            "a"
        );

        Assert.Equal(added.Text("id"), edited.Text("id"));
        Assert.Equal("db01", edited.Text("name"));
        Assert.Equal(
            ["b=/b2", "c=/c"],
            edited.GetProperty("disks").EnumerateArray().Select(disk => $"{disk.Text("id")}={disk.Text("path")}")
        );
    }

    [Fact]
    public async Task Wrong_disks_are_wrong_usage()
    {
        await _shell.ErrorAsync(2, "usage.invalid", "machine", "add", "db");
        await _shell.ErrorAsync(2, "usage.invalid", "machine", "add", "db", "--disk", "a=/x", "a=/y");
        await _shell.ErrorAsync(2, "usage.invalid", "machine", "add", "db", "--disk", "a=");
        await _shell.JsonAsync("machine", "add", "db", "--disk", "a=/x");
        await _shell.ErrorAsync(2, "usage.invalid", "machine", "edit", "db", "--remove-disk", "b");
        await _shell.ErrorAsync(2, "usage.invalid", "machine", "edit", "db", "--remove-disk", "a");
    }

    [Fact]
    public async Task A_name_is_used_once_and_must_be_valid()
    {
        await _shell.AddMachineAsync("db");

        await _shell.ErrorAsync(3, "machine.exists", "machine", "add", "db", "--disk", "/x");
        await _shell.ErrorAsync(2, "name.invalid", "machine", "add", "a/b", "--disk", "/x");
    }

    [Fact]
    public async Task An_id_may_be_shortened_and_what_is_not_there_is_not_found()
    {
        await _shell.AddMachineAsync("db");
        var id = (await _shell.JsonAsync("machine", "show", "db")).Text("id")!;

        Assert.Equal("db", (await _shell.JsonAsync("machine", "show", id[..6])).Text("name"));
        await _shell.ErrorAsync(4, "machine.not-found", "machine", "show", "web");
    }

    [Fact]
    public async Task A_machine_that_a_job_needs_is_not_removed()
    {
        await _shell.AddMachineAsync("db");
        await _shell.JsonAsync("repository", "add", "main", _shell.At("main"));
        await _shell.JsonAsync("job", "add", "backup", "nightly", "--machine", "db", "--repository", "main");

        var error = await _shell.ErrorAsync(3, "machine.in-use", "machine", "remove", "db");
        Assert.Equal("nightly", error.GetProperty("details").GetProperty("jobs")[0].GetString());

        await _shell.JsonAsync("job", "remove", "nightly");
        Assert.True((await _shell.JsonAsync("machine", "remove", "db")).Flag("removed"));
        Assert.Empty((await _shell.JsonAsync("machine", "list")).EnumerateArray());
    }
}
