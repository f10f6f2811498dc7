using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Repositories;
using Longhaul.Catalog.Sessions;
using Longhaul.Catalog.Sqlite;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Mapping;
using Longhaul.Engine.Progress;
using Longhaul.Format;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Keys;
using Longhaul.Jobs.Homes;
using Longhaul.Jobs.Mapping;
using Longhaul.Jobs.Passwords;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Runs;
using Longhaul.Jobs.Seeding;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Longhaul.Jobs.Tests.Sites;

/// <summary>An installation over real folders: a catalog, repositories, machines with one small raw disk each, and jobs.</summary>
internal sealed class JobSite : IDisposable
{
    /// <summary>Bytes of a disk.</summary>
    public const int DiskSize = 2 << 20;

    private readonly TemporaryFolder _folder = new();
    private readonly SqliteCatalog _catalog;
    private readonly Random _random = new(20261130);

    public JobSite()
    {
        _catalog = new SqliteCatalog(new SqliteCatalogOptions { Home = _folder["home"] });
        Clock.SetUtcNow(new DateTimeOffset(2026, 11, 30, 20, 0, 0, TimeSpan.Zero));
        Workplace = At();
    }

    public FakeTimeProvider Clock { get; } = new();

    public Workplace Workplace { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public string this[string path] => _folder[path];

    /// <summary>From now on these passwords are given.</summary>
    public void Give(params string[] passwords) => Workplace = At(passwords);

    public async Task<RepositoryEntry> AddRepositoryAsync(string name)
    {
        var store = await DirectoryStore.CreateDirectoryAsync(_folder[name], Token);
        var descriptor = new RepositoryDescriptor(
            RepositoryId.New(),
            FormatVersion.Current,
            Clock.GetUtcNow(),
            new SortedDictionary<string, string>()
        );
        Assert.True(await store.PutIfAbsentAsync(BackupNames.Repository, descriptor.Encode(), Token));
        var entry = new RepositoryEntry(descriptor.Id, name, _folder[name], Clock.GetUtcNow(), Traits: null);
        await using var work = await _catalog.WriteAsync(Token);
        await work.Repositories.SaveAsync(entry, Token);
        await work.CommitAsync(Token);
        return entry;
    }

    /// <summary>A machine with one disk, and a job that backs it up.</summary>
    public async Task<JobDefinition> AddBackupJobAsync(string name, RepositoryEntry repository, bool encrypt = false)
    {
        var machine = new Machine(MachineId.New(), $"{name}-vm", [new MachineDisk("disk0", _folder[$"{name}.raw"])]);
        WriteDisk(name, 0, DiskSize);
        var job = new JobDefinition
        {
            Id = JobId.New(),
            Name = name,
            Kind = JobKind.Backup,
            Repository = repository.Id,
            Sources = [new JobSource(JobSourceKind.Machine, machine.Id.ToString(), machine.Name)],
            BlockSize = 256 << 10,
            Encrypt = encrypt,
            TimeZone = "UTC",
        };
        await using var work = await _catalog.WriteAsync(Token);
        await work.Machines.SaveAsync(machine, Token);
        await work.Jobs.SaveAsync(job, Token);
        await work.CommitAsync(Token);
        return job;
    }

    public async Task<JobDefinition> AddCopyJobAsync(
        string name,
        RepositoryEntry repository,
        params JobDefinition[] sources
    )
    {
        var job = new JobDefinition
        {
            Id = JobId.New(),
            Name = name,
            Kind = JobKind.Copy,
            Repository = repository.Id,
            Sources =
            [
                .. sources.Select(source => new JobSource(JobSourceKind.Job, source.Id.ToString(), source.Name)),
            ],
            Encrypt = sources[0].Encrypt,
            TimeZone = "UTC",
        };
        await SaveAsync(job);
        return job;
    }

    /// <summary>From now on the catalog has a job like this.</summary>
    public async Task SaveAsync(JobDefinition job)
    {
        await using var work = await _catalog.WriteAsync(Token);
        await work.Jobs.SaveAsync(job, Token);
        await work.CommitAsync(Token);
    }

    /// <summary>Writes random bytes to the disk of a job's machine.</summary>
    public void WriteDisk(string job, long offset, int length)
    {
        using var file = File.OpenWrite(_folder[$"{job}.raw"]);
        file.SetLength(DiskSize);
        var content = new byte[length];
        _random.NextBytes(content);
        file.Position = offset;
        file.Write(content);
    }

    public byte[] ReadDisk(string job) => File.ReadAllBytes(_folder[$"{job}.raw"]);

    /// <summary>Runs a job, as it stands in the catalog now.</summary>
    public async Task<SessionRecord> RunAsync(JobDefinition job)
    {
        var session = await TryRunAsync(job);
        Assert.Equal(SessionState.Success, session.State);
        return session;
    }

    /// <summary>Runs a job, whatever comes of it.</summary>
    public Task<SessionRecord> TryRunAsync(JobDefinition job) => TryRunAsync(job, progress: null);

    /// <inheritdoc cref="TryRunAsync(JobDefinition)"/>
    public async Task<SessionRecord> TryRunAsync(JobDefinition job, IRunProgress? progress)
    {
        Clock.Advance(TimeSpan.FromHours(1));
        var options = new RunOptions(new FullRequest(), progress);
        return await new JobRunner(Workplace).RunAsync(await FindJobAsync(job), options, Token);
    }

    /// <summary>Makes the seed of a copy job in a folder.</summary>
    public async Task<CreatedSeed> CreateSeedAsync(JobDefinition copy, string folder, IRunProgress? progress = null) =>
        await new SeedCreation(Workplace).CreateAsync(
            await FindJobAsync(copy),
            new SeedOptions(_folder[folder]),
            progress,
            Token
        );

    /// <summary>Maps a job to a backup in its repository that a rescan has found.</summary>
    public async Task<MappingVerdict> MapAsync(JobDefinition job, BackupEntry seed)
    {
        var verdict = await new JobMapper(Workplace).MapAsync(await FindJobAsync(job), seed, new MapOptions(), Token);
        Assert.NotEqual(Verdict.Refused, verdict.Verdict);
        return verdict;
    }

    public async Task<JobDefinition> FindJobAsync(JobDefinition job)
    {
        await using var work = await _catalog.ReadAsync(Token);
        return (await work.Jobs.FindAsync(job.Id, Token))!;
    }

    public Task<RescanReport> RescanAsync(RepositoryEntry repository) =>
        new RepositoryScan(Workplace).RunAsync(repository.Id, Token);

    /// <summary>What the catalog has of a repository, by folder.</summary>
    public async Task<IReadOnlyDictionary<string, BackupEntry>> KnownAsync(RepositoryEntry repository)
    {
        await using var work = await _catalog.ReadAsync(Token);
        var entries = await work.Backups.ListAsync(repository.Id, Token);
        return entries.ToDictionary(entry => entry.Folder);
    }

    /// <summary>Copies a folder, as <c>cp -r</c> does.</summary>
    public void Copy(string from, string to)
    {
        Directory.CreateDirectory(_folder[to]);
        foreach (var file in Directory.EnumerateFiles(_folder[from], "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(_folder[to], Path.GetRelativePath(_folder[from], file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public void Move(string from, string to) => Directory.Move(_folder[from], _folder[to]);

    public void Delete(string path) => Directory.Delete(_folder[path], recursive: true);

    /// <summary>The one file whose name fits a pattern, below a folder.</summary>
    public string Only(string folder, string pattern) =>
        Assert.Single(Directory.GetFiles(_folder[folder], pattern, SearchOption.AllDirectories));

    public void Dispose() => _folder.Dispose();

    private Workplace At(params string[] passwords) =>
        new(_catalog, new LonghaulHome(_folder["home"]), Clock)
        {
            Keyring = new Keyring([.. passwords.Select(text => new Password(text))]),
        };
}
