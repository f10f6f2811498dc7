using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Verifying;
using Xunit;

namespace Longhaul.Engine.Tests.Faults;

/// <summary>A machine that is backed up and copied while anything may go wrong with either repository, and with the clocks.</summary>
/// <remarks>Each step is a process of its own: it opens what it needs, and what it learned dies with it. After each, without
/// trouble, everything is read.</remarks>
internal sealed partial class TroubledLife : IDisposable
{
    internal const int BlockSize = 256 << 10;
    internal const string Disk = "disk0";

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
    private readonly TroubledHost _host;
    private readonly TroubledPlace _here;
    private readonly List<TroubledPlace> _left = [];
    private TroubledPlace _offSite;
    private TroubledPlace? _mapped;
    private int _seed;

    private TroubledLife(int seed)
    {
        (_chance, _seed) = (new Random(seed), seed + 2);
        _host = new TroubledHost(_estate, _chance);
        _estate.Tasks = _chance.Next(1, 3);
        var content = new byte[(3 * BlockSize) + 5000];
        _chance.NextBytes(content.AsSpan(0, 3000));
        _chance.NextBytes(content.AsSpan(2 * BlockSize, 9000));
        _machine = _estate.AddMachine("srv-db", (Disk, content));
        _here = new TroubledPlace(
            _estate.BackupJob((BackupMethod)_chance.Next(1, 4), keep: _chance.Next(2, 5)),
            seed + 1
        );
        _offSite = new TroubledPlace(_estate.CopyJob(keep: _chance.Next(2, 5)), seed + 2);
        _here.Password = _offSite.Password = seed % 2 == 0 ? null : s_password;
    }

    /// <summary>How many steps did what, or ended with which code.</summary>
    internal SortedDictionary<string, int> Ends { get; } = new(StringComparer.Ordinal);

    /// <summary>What the stores did.</summary>
    internal IEnumerable<KeyValuePair<string, int>> Troubles => Places.SelectMany(place => place.Store.Done);

    private IEnumerable<TroubledPlace> Places =>
        new[] { _here, _offSite }.Concat(_left).Concat(_mapped is null ? [] : [_mapped]);

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
        if (_host.Jump() is { } jumped)
        {
            Note(jumped);
        }

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

        Note(end);
        SetTrouble(0);
        TroubledPlace[] touched = [.. Places.Where(place => place.IsTouched)];
        foreach (var place in touched)
        {
            await LookForKeysAsync(place);
            await CheckAsync(place);
        }

        await LookForOwnersAsync();
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
        _host.StartAnew();
        _here.MayRemoveOldest = _offSite.MayRemoveOldest = true;
        var made = await _estate.BackUpAsync(here, _here.Job, _machine);
        _here.Model[made.Point!.Id] = Content();
        var copied = await _estate.CopyAsync(here, offSite, _offSite.Job, _machine.Id);
        _offSite.Model[copied.Point!.Id] = Content();
        foreach (var place in new[] { _here, _offSite })
        {
            var backup = await OpenAsync(place);
            var reclaimed = await _host.ReclaimAsync(place, backup, Janitor.s_now with { Full = true });
            Assert.Empty(reclaimed.HeldBackBy);
            await CheckAsync(place);
            await Reachability.CheckAsync(backup);
            var report = await new BackupVerifier(backup, null).VerifyAsync(data: true, CancellationToken.None);
            Assert.Empty(report.Damaged);
        }

        foreach (var place in _left)
        {
            await CheckAsync(place);
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

            suffering += await place.CheckRottenAsync(backup);
        }

        return suffering;
    }

    public void Dispose() => _estate.Dispose();

    private async Task<OpenBackup> OpenAsync(TroubledPlace place)
    {
        place.Store.CallsLeft = 20_000;
        place.IsTouched = true;
        _estate.Password = place.Password;
        return await _estate.OpenAsync(place.Store, place.Job.Repository);
    }

    /// <summary>Whether what was to be encrypted is: the answer may have got lost.</summary>
    private async Task LookForKeysAsync(TroubledPlace place)
    {
        if (place.MayBeEncrypted)
        {
            place.Password = null;
            var found = await OpenAsync(place);
            place.Password = found.Folder.State.KeyList is null ? null : s_password;
            place.MayBeEncrypted = false;
        }
    }

    private async Task CheckAsync(TroubledPlace place)
    {
        if (place.Rotten is null)
        {
            await place.CheckAsync(await OpenAsync(place), _machine.Id);
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

    private void Note(string end) => Ends[end] = Ends.GetValueOrDefault(end) + 1;

    private void SetTrouble(int perMille)
    {
        foreach (var place in Places)
        {
            place.Store.TroublePerMille = perMille;
        }
    }

    private byte[] Content() => (byte[])_estate.Disks[(_machine.Id, Disk)].Clone();

    private RestorePoint? NewestOf(OpenBackup backup) =>
        backup.Folder.State.Machines.GetValueOrDefault(_machine.Id)?.Newest;
}
