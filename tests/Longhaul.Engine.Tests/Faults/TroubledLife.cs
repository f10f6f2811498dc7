using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Converting;
using Longhaul.Engine.Encrypting;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Verifying;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Faults;

/// <summary>A machine that is backed up and copied while anything may go wrong with either repository, and with the clock.</summary>
/// <remarks>Each step is a process of its own: it opens what it needs, and what it learned dies with it. After each, without
/// trouble, everything is read.</remarks>
internal sealed class TroubledLife : IDisposable
{
    private const int BlockSize = 256 << 10;
    private const string Disk = "disk0";

    /// <summary>What a step may end with: what the store said, what was read was not what was written, or another was faster
    /// (he himself, when a call was done and not acknowledged).</summary>
    private static readonly string[] s_expected =
    [
        "store.io",
        "store.no-space",
        "store.access-denied",
        "store.unreachable",
        "data.damaged",
        "data.missing",
        "data.removed",
        "format.unsupported",
        "backup.changed",
        "backup.locked",
        "backup.rolled-back",
        "copy.root-differs",
    ];

    private static readonly EstatePassword s_password = new();

    private readonly Estate _estate = new();
    private readonly Random _chance;
    private readonly Machine _machine;
    private readonly Place _here;
    private readonly Place _offSite;

    private TroubledLife(int seed)
    {
        _chance = new Random(seed);
        _estate.Tasks = _chance.Next(1, 3);
        var content = new byte[(3 * BlockSize) + 5000];
        _chance.NextBytes(content.AsSpan(0, 3000));
        _chance.NextBytes(content.AsSpan(2 * BlockSize, 9000));
        _machine = _estate.AddMachine("srv-db", (Disk, content));
        _here = new Place(_estate.BackupJob((BackupMethod)_chance.Next(1, 4), keep: _chance.Next(2, 5)), seed + 1);
        _offSite = new Place(_estate.CopyJob(keep: _chance.Next(2, 5)), seed + 2);
        _here.Password = _offSite.Password = seed % 2 == 0 ? null : s_password;
    }

    /// <summary>How many steps did what, or ended with which code.</summary>
    internal SortedDictionary<string, int> Ends { get; } = new(StringComparer.Ordinal);

    /// <summary>What the stores did.</summary>
    internal IEnumerable<KeyValuePair<string, int>> Troubles => _here.Store.Done.Concat(_offSite.Store.Done);

    internal static async Task<TroubledLife> BeginAsync(int seed)
    {
        var life = new TroubledLife(seed);
        foreach (var place in new[] { life._here, life._offSite })
        {
            life._estate.Password = place.Password;
            await life._estate.CreateAsync(place.Job, place.Store);
        }

        return life;
    }

    /// <summary>Does one thing in trouble, and checks all there is without.</summary>
    internal async Task StepAsync()
    {
        JumpClock();
        DiskMutation.Apply(_estate, _machine, _chance);
        SetTrouble(
            _chance.Next(3) switch
            {
                0 => 0,
                1 => 10,
                _ => 40,
            }
        );
        string end;
        try
        {
            end = await DoAsync().WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        }
        catch (LonghaulException error)
        {
            Assert.Contains(error.Code, s_expected);
            end = error.Code;
        }

        Ends[end] = Ends.GetValueOrDefault(end) + 1;
        SetTrouble(0);
        Place[] touched = [.. new[] { _here, _offSite }.Where(place => place.IsTouched)];
        await LookForKeysAsync(_here);
        await LookForKeysAsync(_offSite);
        foreach (var place in touched)
        {
            await CheckAsync(place);
        }
    }

    /// <summary>Flips one bit of what lies in a repository.</summary>
    internal void Rot()
    {
        var place = _chance.Next(2) == 0 ? _here : _offSite;
        place.Rot(_chance);
    }

    /// <summary>When the trouble is over, a backup and a copy succeed, and both backups hold what they must.</summary>
    internal async Task EndAsync()
    {
        var here = await OpenAsync(_here);
        var offSite = await OpenAsync(_offSite);
        _here.MayRemoveOldest = _offSite.MayRemoveOldest = true;
        var made = await _estate.BackUpAsync(here, _here.Job, _machine);
        _here.Model[made.Point!.Id] = Content();
        var copied = await _estate.CopyAsync(here, offSite, _offSite.Job, _machine.Id);
        _offSite.Model[copied.Point!.Id] = Content();
        foreach (var place in new[] { _here, _offSite })
        {
            var backup = await OpenAsync(place);
            await Janitor.ReclaimAsync(_estate, backup, Janitor.s_now with { Full = true });
            await CheckAsync(place);
            await Reachability.CheckAsync(backup);
            var report = await new BackupVerifier(backup, null).VerifyAsync(data: true, CancellationToken.None);
            Assert.Empty(report.Damaged);
        }
    }

    /// <summary>What verify says suffers is what cannot be read, and what can be read is what was written.</summary>
    internal async Task<int> CheckRottenAsync()
    {
        var suffering = 0;
        foreach (var place in new[] { _here, _offSite }.Where(place => place.Rotten is not null))
        {
            OpenBackup backup;
            try
            {
                backup = await OpenAsync(place);
            }
            catch (LonghaulException error)
                when (error.Code is "data.damaged" or "data.missing" or "format.unsupported")
            {
                Assert.Contains(place.Rotten!, error.Message, StringComparison.Ordinal);
                continue;
            }

            var failing = await CheckReadAsync(place, backup);
            var report = await new BackupVerifier(backup, null).VerifyAsync(data: true, CancellationToken.None);
            Assert.Subset(report.Suffering.ToHashSet(), failing.ToHashSet());
            Assert.All(report.Damaged, damage => Assert.Equal(place.Rotten, damage.File));
            suffering += report.Suffering.Count;
        }

        return suffering;
    }

    public void Dispose() => _estate.Dispose();

    private async Task<string> DoAsync() =>
        _chance.Next(12) switch
        {
            < 5 => await BackUpAsync(),
            < 8 => await BackUpAndCopyAsync(),
            8 => await DeleteAsync(_chance.Next(2) == 0 ? _here : _offSite),
            9 => await ConvertAsync(),
            10 => await EncryptAsync(_chance.Next(2) == 0 ? _here : _offSite),
            _ => await ReclaimAsync(_chance.Next(2) == 0 ? _here : _offSite),
        };

    private async Task<string> BackUpAsync()
    {
        _here.MayRemoveOldest = true;
        _here.Attempted = Content();
        var here = await OpenAsync(_here);
        var asked = new FullRequest(_chance.Next(6) == 0, _chance.Next(6) == 0, _chance.Next(2) == 0);
        var made = await _estate.BackUpAsync(here, _here.Job, _machine, asked, checkpointEvery: BlockSize);
        _here.Model[made.Point!.Id] = Content();
        return "backup";
    }

    private async Task<string> BackUpAndCopyAsync()
    {
        await BackUpAsync();
        return await CopyAsync();
    }

    private async Task<string> CopyAsync()
    {
        var here = await OpenAsync(_here);
        var offSite = await OpenAsync(_offSite);
        if (NewestOf(here) is not { } source || NewestOf(offSite)?.CreatedAt >= source.CreatedAt)
        {
            return "nothing to copy";
        }

        _offSite.MayRemoveOldest = true;
        _offSite.Attempted = _here.Model[source.Id];
        var copied = await _estate.CopyAsync(here, offSite, _offSite.Job, _machine.Id, checkpointEvery: BlockSize);
        _offSite.Model[copied.Point!.Id] = _offSite.Attempted;
        return "copy";
    }

    private async Task<string> DeleteAsync(Place place)
    {
        var backup = await OpenAsync(place);
        var points = backup.Folder.State.Points.ToArray();
        if (points.Length < 2)
        {
            return "nothing to delete";
        }

        var going = points[_chance.Next(points.Length)];
        place.MayRemove = going.Id;
        await Janitor.RemoveAsync(backup, going);
        return "delete";
    }

    private async Task<string> ConvertAsync()
    {
        var here = await OpenAsync(_here);
        await ChainConverter.ConvertToForwardAsync(here, session: null, CancellationToken.None);
        return "convert";
    }

    private async Task<string> EncryptAsync(Place place)
    {
        var backup = await OpenAsync(place);
        if (place.Password is not null)
        {
            return "encrypted already";
        }

        place.MayBeEncrypted = true;
        await new BackupEncrypter(backup, _estate.Clock, progress: null).EncryptAsync(
            s_password.New,
            definition: null,
            SessionId.New(),
            CancellationToken.None
        );
        return "encrypt";
    }

    private async Task<string> ReclaimAsync(Place place)
    {
        var backup = await OpenAsync(place);
        await Janitor.ReclaimAsync(_estate, backup, Janitor.s_now with { Full = _chance.Next(2) == 0 });
        return "reclaim";
    }

    /// <summary>Everything there is reads as what was written, and nothing is gone that nobody removed.</summary>
    private async Task CheckAsync(Place place)
    {
        if (place.Rotten is not null)
        {
            return;
        }

        var backup = await OpenAsync(place);
        RestorePoint[] chain = [.. backup.Folder.State.Machines.GetValueOrDefault(_machine.Id)?.Points ?? []];
        Assert.Empty(ChainRules.Check(chain));
        var gone = place.Visible.Except(chain.Select(point => point.Id)).ToArray();
        if (place.MayRemoveOldest)
        {
            // Retention takes the oldest, and leaves as many as it must.
            Assert.True(
                gone.Length == 0 || chain.Length >= place.Job.Keep,
                $"{gone.Length} of {chain.Length} are gone"
            );
            Assert.Equal(place.Visible.Take(gone.Length), gone);
        }
        else
        {
            Assert.DoesNotContain(gone, point => point != place.MayRemove);
        }

        Assert.Empty(await CheckReadAsync(place, backup));
        place.Visible = [.. chain.Select(point => point.Id)];
        (place.MayRemove, place.MayRemoveOldest, place.IsTouched) = (null, false, false);
    }

    /// <summary>Reads every point.</summary>
    /// <returns>Those that cannot be read, with an error that says so.</returns>
    private static async Task<IReadOnlyList<PointId>> CheckReadAsync(Place place, OpenBackup backup)
    {
        var failing = new List<PointId>();
        foreach (var point in backup.Folder.State.Points)
        {
            // It was committed, and the answer got lost.
            if (!place.Model.TryGetValue(point.Id, out var content))
            {
                content = place.Model[point.Id] = Assert.IsType<byte[]>(place.Attempted);
            }

            try
            {
                var read = await Estate.ReadAsync(backup, point.Id, Disk);
                Assert.True(read.AsSpan().SequenceEqual(content), $"point {point.Sequence} is another");
            }
            catch (LonghaulException error) when (place.Rotten is { } rotten && error.Code == "data.damaged")
            {
                Assert.Contains(rotten, error.Message, StringComparison.Ordinal);
                failing.Add(point.Id);
            }
        }

        return failing;
    }

    private async Task<OpenBackup> OpenAsync(Place place)
    {
        place.Store.CallsLeft = 20_000;
        place.IsTouched = true;
        _estate.Password = place.Password;
        return await _estate.OpenAsync(place.Store, place.Job.Repository);
    }

    /// <summary>Whether what was to be encrypted is: the answer may have got lost.</summary>
    private async Task LookForKeysAsync(Place place)
    {
        if (place.MayBeEncrypted)
        {
            place.Password = null;
            var found = await OpenAsync(place);
            place.Password = found.Folder.State.KeyList is null ? null : s_password;
            place.MayBeEncrypted = false;
        }
    }

    /// <summary>Days forth or back, now and then: a clock that was set.</summary>
    private void JumpClock()
    {
        if (_chance.Next(4) == 0)
        {
            var jump = TimeSpan.FromHours(_chance.Next(-2000, 2001));
            _estate.Clock.AdjustTime(_estate.Clock.GetUtcNow() + jump);
        }
    }

    private void SetTrouble(int perMille) =>
        (_here.Store.TroublePerMille, _offSite.Store.TroublePerMille) = (perMille, perMille);

    private byte[] Content() => (byte[])_estate.Disks[(_machine.Id, Disk)].Clone();

    private RestorePoint? NewestOf(OpenBackup backup) =>
        backup.Folder.State.Machines.GetValueOrDefault(_machine.Id)?.Newest;

    /// <summary>A repository with one backup, and what must be in it.</summary>
    private sealed class Place
    {
        private readonly int _seed;
        private MemoryObjectStore _inner = new() { BestSegmentSize = 2 * BlockSize };

        internal Place(JobDefinition job, int seed)
        {
            (Job, _seed) = (job, seed);
            Store = new UnruledStore(_inner, seed);
        }

        internal JobDefinition Job { get; }

        internal UnruledStore Store { get; private set; }

        /// <summary>Contents by point.</summary>
        internal Dictionary<PointId, byte[]> Model { get; } = [];

        /// <summary>What the run that was made last would have stored.</summary>
        internal byte[]? Attempted { get; set; }

        /// <summary>The points that were there before the step, oldest first.</summary>
        internal IReadOnlyList<PointId> Visible { get; set; } = [];

        internal EstatePassword? Password { get; set; }

        internal bool MayBeEncrypted { get; set; }

        /// <summary>Whether somebody opened it since it was checked.</summary>
        internal bool IsTouched { get; set; }

        internal PointId? MayRemove { get; set; }

        internal bool MayRemoveOldest { get; set; }

        /// <summary>The file in which a bit is not what it was.</summary>
        internal string? Rotten { get; private set; }

        internal void Rot(Random chance)
        {
            var snapshot = _inner.Snapshot();
            var names = snapshot
                .Objects.Keys.Where(name =>
                    name.StartsWith("segments/", StringComparison.Ordinal)
                    || name.StartsWith("points/", StringComparison.Ordinal)
                    || name.StartsWith("log/", StringComparison.Ordinal)
                )
                .ToArray();
            Rotten = names[chance.Next(names.Length)];
            var bytes = snapshot.Objects[Rotten].ToArray();
            bytes[chance.Next(bytes.Length)] ^= (byte)(1 << chance.Next(8));
            _inner = new MemoryObjectStore(snapshot with { Objects = snapshot.Objects.SetItem(Rotten, bytes) })
            {
                BestSegmentSize = _inner.BestSegmentSize,
            };
            Store = new UnruledStore(_inner, _seed);
        }
    }
}
