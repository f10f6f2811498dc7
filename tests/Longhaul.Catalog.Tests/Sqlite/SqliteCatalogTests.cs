using Longhaul.Catalog.Sqlite;
using Longhaul.Core;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Longhaul.Catalog.Tests.Sqlite;

/// <summary>The file: how it is made, shared, migrated and refused.</summary>
public sealed class SqliteCatalogTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string DatabaseFile => Path.Combine(_home.Path, SqliteCatalog.FileName);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Home_and_database_are_for_their_owner_only()
    {
        await using (await Open().WriteAsync(Token)) { }

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(_home.Path)
        );
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(DatabaseFile));
    }

    [Fact]
    public async Task Many_that_find_the_database_missing_make_it_once_and_all_go_on()
    {
        await Task.WhenAll(
            Enumerable.Range(0, 16).Select(number => Task.Run(() => AddMachineAsync(Open(), $"m{number}"), Token))
        );

        await using var view = await Open().ReadAsync(Token);
        Assert.Equal(16, (await view.Machines.ListAsync(Token)).Count);
    }

    [Fact]
    public async Task Writers_of_one_row_lose_no_change()
    {
        var machine = Samples.Machine("counter") with { Disks = [] };
        await using (var work = await Open().WriteAsync(Token))
        {
            await work.Machines.SaveAsync(machine, Token);
            await work.CommitAsync(Token);
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => AddDisksAsync(5), Token)));

        await using var view = await Open().ReadAsync(Token);
        Assert.Equal(40, (await view.Machines.FindAsync(machine.Id, Token))!.Disks.Count);

        async Task AddDisksAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await using var work = await Open().WriteAsync(Token);
                var present = await work.Machines.FindAsync(machine.Id, Token);
                var disks = present!.Disks.Append(new($"disk{present.Disks.Count}", "/dev/null"));
                await work.Machines.SaveAsync(present with { Disks = [.. disks] }, Token);
                await work.CommitAsync(Token);
            }
        }
    }

    [Fact]
    public async Task A_reader_does_not_wait_for_a_writer()
    {
        await AddMachineAsync(Open(), "a");
        await using var writer = await Open().WriteAsync(Token);
        await writer.Machines.SaveAsync(Samples.Machine("b"), Token);

        await using var reader = await Open(TimeSpan.Zero).ReadAsync(Token);

        Assert.Single(await reader.Machines.ListAsync(Token));
    }

    [Fact]
    public async Task A_writer_that_waits_in_vain_says_busy()
    {
        await AddMachineAsync(Open(), "a");
        await using var writer = await Open().WriteAsync(Token);

        var error = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await Open(TimeSpan.FromMilliseconds(50)).WriteAsync(Token)
        );

        Assert.Equal("catalog.busy", error.Code);
        Assert.Equal(Retry.Later, error.Retry);
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_left_alone()
    {
        await AddMachineAsync(Open(), "a");
        Execute($"PRAGMA user_version = {CatalogContext.SchemaVersion + 1};");

        var error = await Assert.ThrowsAsync<LonghaulException>(async () => await Open().ReadAsync(Token));

        Assert.Equal("catalog.newer", error.Code);
        Assert.Equal(CatalogContext.SchemaVersion + 1, error.Details["found"]);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_damaged()
    {
        Directory.CreateDirectory(_home.Path);
        await File.WriteAllTextAsync(DatabaseFile, new string('x', 5000), Token);

        var error = await Assert.ThrowsAsync<LonghaulException>(async () => await Open().ReadAsync(Token));

        Assert.Equal("catalog.damaged", error.Code);
    }

    [Fact]
    public async Task A_home_that_cannot_be_made_is_unreachable()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(file, "a file, not a folder", Token);
        var catalog = new SqliteCatalog(new SqliteCatalogOptions { Home = Path.Combine(file, "home") });

        var error = await Assert.ThrowsAsync<LonghaulException>(async () => await catalog.ReadAsync(Token));
        File.Delete(file);

        Assert.Equal("catalog.unreachable", error.Code);
    }

    [Fact]
    public async Task A_migrator_that_was_killed_does_not_block_the_next()
    {
        Directory.CreateDirectory(_home.Path);
        Execute(
            """
            CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-11-22 03:00:00');
            """
        );

        await AddMachineAsync(Open(), "a");

        await using var view = await Open().ReadAsync(Token);
        Assert.Single(await view.Machines.ListAsync(Token));
    }

    private static async Task AddMachineAsync(SqliteCatalog catalog, string name)
    {
        await using var work = await catalog.WriteAsync(Token);
        await work.Machines.SaveAsync(Samples.Machine(name), Token);
        await work.CommitAsync(Token);
    }

    private SqliteCatalog Open(TimeSpan? busyTimeout = null) =>
        new(new SqliteCatalogOptions { Home = _home.Path, BusyTimeout = busyTimeout ?? TimeSpan.FromSeconds(30) });

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
