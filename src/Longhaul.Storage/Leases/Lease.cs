using System.Diagnostics.CodeAnalysis;
using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Leases;

/// <summary>Says in a backup's folder that somebody reads or writes, as long as he lives.</summary>
/// <remarks>
/// <para><b>Correctness never depends on a lease.</b> It saves work that would be lost and holds reclaim back; what
/// keeps a backup whole is that records are put if absent and that nothing is ever replaced.</para>
/// <para>A lease is a folder of its own; its highest number is its counter. A sign of life puts the next number and
/// deletes the one before. A sign that cannot be given is tried again at the next turn.</para>
/// <para>Source: docs/format.md, section "Leases".</para>
/// </remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class Lease : IAsyncDisposable
{
    private readonly IObjectStore _folder;
    private readonly byte[] _content;
    private readonly CancellationTokenSource _ending = new();
    private Task _renewing = Task.CompletedTask;
    private long _counter = 1;
    private bool _disposed;

    private Lease(IObjectStore folder, byte[] content)
    {
        _folder = folder;
        _content = content;
        Id = SessionId.New();
    }

    /// <summary>The lease's own id.</summary>
    public SessionId Id { get; }

    /// <summary>Why the last sign of life could not be given, or the lease not be removed; null when it could.</summary>
    public LonghaulException? LastFailure { get; private set; }

    /// <summary>Takes a lease; it never waits for others, and others may hold theirs.</summary>
    /// <param name="backupFolder">The folder of the backup.</param>
    /// <param name="options">What for and by whom.</param>
    /// <param name="bootClock">This host's boot.</param>
    /// <param name="timeProvider">Says when to give signs of life, and since when, for people.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The lease; disposing gives it back.</returns>
    /// <exception cref="LonghaulException">store.*: it could not be written.</exception>
    public static async Task<Lease> AcquireAsync(
        IObjectStore backupFolder,
        LeaseOptions options,
        IBootClock bootClock,
        TimeProvider timeProvider,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Term, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Term, TimeSpan.FromDays(1));
        var process = HostProcess.Current;
        var holder = new LeaseHolder
        {
            Host = Environment.MachineName,
            BootId = bootClock.BootId,
            ProcessId = process.Id,
            ProcessStart = process.Start,
            Purpose = options.Purpose,
            Who = options.Who,
            Job = options.Job,
            SinceAt = timeProvider.GetUtcNow(),
            TermSeconds = options.Term.TotalSeconds,
        };
        var lease = new Lease(backupFolder, LeaseCodec.ToBytes(holder));
        try
        {
            await lease.PutAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // It may lie there all the same, and would seem alive as long as this process.
            await lease.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        lease._renewing = lease.RenewAsync(options.Term / 3, timeProvider);
        return lease;
    }

    /// <summary>Ends the signs of life and removes the lease; one that cannot be removed dies by itself after its term.</summary>
    [SuppressMessage("Usage", "VSTHRD003", Justification = "The lease itself began the task, and no context is used.")]
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _ending.CancelAsync().ConfigureAwait(false);
        try
        {
            await _renewing.ConfigureAwait(false);
        }
        finally
        {
            _ending.Dispose();
            await TryDeleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Deletes a lease's objects, lowest number first.</summary>
    /// <param name="folder">The folder of the backup.</param>
    /// <param name="id">The lease.</param>
    /// <param name="exceptCounter">A number to keep; 0 to keep none.</param>
    /// <param name="cancellationToken">Cancels between objects.</param>
    internal static async Task DeleteAsync(
        IObjectStore folder,
        SessionId id,
        long exceptCounter,
        CancellationToken cancellationToken
    )
    {
        var names = await folder
            .ListAsync(BackupNames.LeaseFolder(id), cancellationToken)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        foreach (var name in names.Select(item => item.Name))
        {
            if (exceptCounter == 0 || name != BackupNames.Lease(id, exceptCounter))
            {
                await folder.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What was done under the lease is done, and must not fail for its sake.</summary>
    private async Task TryDeleteAsync()
    {
        try
        {
            await DeleteAsync(_folder, Id, exceptCounter: 0, CancellationToken.None).ConfigureAwait(false);
        }
        catch (LonghaulException failure)
        {
            LastFailure = failure;
        }
    }

    private async Task RenewAsync(TimeSpan period, TimeProvider timeProvider)
    {
        using var timer = new PeriodicTimer(period, timeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false))
            {
                await TryRenewAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // The lease is given back.
        }
    }

    private async Task TryRenewAsync()
    {
        try
        {
            _counter++;
            await PutAsync(_ending.Token).ConfigureAwait(false);
            await DeleteAsync(_folder, Id, _counter, _ending.Token).ConfigureAwait(false);
            LastFailure = null;
        }
        catch (LonghaulException failure)
        {
            // The run does not fail for it: at worst somebody else begins work that one of the two loses.
            LastFailure = failure;
        }
    }

    private async Task PutAsync(CancellationToken cancellationToken)
    {
        // Taken only by an attempt of our own that failed and took effect all the same: just as well.
        await _folder
            .PutIfAbsentAsync(BackupNames.Lease(Id, _counter), _content, cancellationToken)
            .ConfigureAwait(false);
    }
}
