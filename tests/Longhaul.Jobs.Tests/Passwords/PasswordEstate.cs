using Longhaul.Catalog.Repositories;
using Longhaul.Catalog.Sqlite;
using Longhaul.Core.Backups;
using Longhaul.Format;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Keys;
using Longhaul.Jobs.Homes;
using Longhaul.Jobs.Passwords;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Longhaul.Jobs.Tests.Passwords;

/// <summary>A home and two repositories in real folders, with encrypted backups whose passwords are quick to try.</summary>
internal sealed class PasswordEstate : IDisposable
{
    private static readonly PasswordCost s_cheap = new(MemoryKiB: 8, Passes: 1);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();

    public RepositoryId Near { get; } = RepositoryId.New();

    public RepositoryId Far { get; } = RepositoryId.New();

    public LonghaulHome Home => new(_folder["home"]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    public SqliteCatalog Catalog() => new(new SqliteCatalogOptions { Home = Home.Path });

    public Workplace At(params Password[] given) => new(Catalog(), Home, _clock) { Keyring = new Keyring(given) };

    /// <summary>Where a repository lies.</summary>
    public string PathOf(RepositoryId repository) => _folder[repository == Near ? "near" : "far"];

    /// <summary>Copies a folder of the near repository to the far one.</summary>
    public void Carry(string name, string to)
    {
        var from = Path.Combine(_folder["near"], name);
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(_folder["far"], to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>Makes an encrypted backup, and its repository in the catalog when it is the first.</summary>
    public async Task<BackupId> MakeAsync(RepositoryId repository, string name, Password password, JobId? owner)
    {
        foreach (var (id, label) in new[] { (Near, "near"), (Far, "far") })
        {
            var at = new DirectoryStore(Directory.CreateDirectory(_folder[label]).FullName, PlacementMethod.Rename);
            var file = new RepositoryDescriptor(
                id,
                FormatVersion.Current,
                _clock.GetUtcNow(),
                new Dictionary<string, string>()
            );
            await at.PutIfAbsentAsync(BackupNames.Repository, file.Encode(), Token);
            await using var work = await Catalog().WriteAsync(Token);
            await work.Repositories.SaveAsync(
                new RepositoryEntry(id, label, _folder[label], _clock.GetUtcNow(), Traits: null),
                Token
            );
            await work.CommitAsync(Token);
        }

        var root = new DirectoryStore(PathOf(repository), PlacementMethod.Rename);
        using var folder = await BackupFolder.CreateAsync(
            new FolderStore(root, name + "/"),
            name,
            1 << 20,
            BackupOrigin.Copy,
            new OwnerState(owner ?? JobId.New(), "offsite", repository, "server1"),
            "{}"u8.ToArray(),
            new NewPassword(password, $"hint of {name}", s_cheap),
            _clock,
            Token
        );
        return folder!.Descriptor.Id;
    }
}
