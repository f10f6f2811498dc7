using Longhaul.Catalog.Sessions;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;
using Longhaul.Engine.Runs;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Runs;

/// <summary>Keeps the record of one session while it runs.</summary>
/// <param name="workplace">The catalog.</param>
/// <param name="job">The job.</param>
/// <param name="session">The session's id.</param>
/// <param name="transferred">What crossed the wire.</param>
/// <threadsafety>Machines may be noted from any thread; the rest one caller at a time.</threadsafety>
internal sealed class SessionBook(
    Workplace workplace,
    JobDefinition job,
    SessionId session,
    TransferCounter transferred
)
{
    private readonly Lock _gate = new();
    private readonly List<SessionTask> _tasks = [];
    private readonly Dictionary<MachineId, int> _order = [];
    private readonly List<RemovedPoint> _removed = [];
    private readonly DateTimeOffset _startedAt = workplace.Clock.GetUtcNow();
    private readonly List<string> _notes = [];
    private long _condemned;
    private long _reclaimed;

    /// <summary>Saves that the session runs.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal ValueTask BeginAsync(CancellationToken cancellationToken) =>
        SaveAsync(Record(SessionState.Running, message: null, bottleneck: null), cancellationToken);

    /// <summary>Names the machines in the order in which the record is to list them, whichever is done first.</summary>
    /// <param name="machines">The machines, by the job's id.</param>
    internal void Expect(IEnumerable<MachineId> machines)
    {
        foreach (var machine in machines)
        {
            _order.TryAdd(machine, _order.Count);
        }
    }

    /// <summary>Notes a machine that has a new point, or waits.</summary>
    /// <param name="machine">The machine, by the job's id.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="transferred">Bytes that crossed for it.</param>
    internal void Add(MachineId machine, MachineOutcome outcome, long transferred) =>
        Add(
            new SessionTask
            {
                MachineId = machine,
                Machine = outcome.Machine,
                State =
                    outcome.Point is null ? SessionState.Idle
                    : outcome.Warnings.Count > 0 ? SessionState.Warning
                    : SessionState.Success,
                Message =
                    outcome.IdleReason ?? (outcome.Warnings.Count > 0 ? string.Join("; ", outcome.Warnings) : null),
                Point = outcome.Point?.Id,
                Kind = outcome.Point?.Kind,
                BaselineFoundBy = Word(outcome.BaselineFoundBy),
                BlocksChanged = outcome.Counts.BlocksChanged,
                BlocksDelta = outcome.Counts.BlocksDelta,
                BlocksKnown = outcome.Counts.BlocksKnown,
                BytesRead = outcome.Counts.BytesRead,
                BytesTransferred = transferred,
                BytesWritten = outcome.Counts.BytesWritten,
                Resumed = outcome.Counts.BlocksResumed > 0,
            }
        );

    /// <summary>Notes a machine that failed.</summary>
    /// <param name="machine">The machine, by the job's id.</param>
    /// <param name="name">Its name.</param>
    /// <param name="error">Why.</param>
    /// <param name="transferred">Bytes that crossed for it.</param>
    internal void AddFailure(MachineId machine, string name, LonghaulException error, long transferred) =>
        Add(
            new SessionTask
            {
                MachineId = machine,
                Machine = name,
                State = SessionState.Failed,
                Message = Describe(error),
                ErrorCode = error.Code,
                BytesTransferred = transferred,
            }
        );

    /// <summary>Whether a machine was noted as failed.</summary>
    /// <param name="machine">The machine, by the job's id.</param>
    internal bool HasFailed(MachineId machine) =>
        _tasks.Exists(task => task.MachineId == machine && task.State == SessionState.Failed);

    /// <summary>Notes that something failed after a machine got its point, which stays.</summary>
    /// <param name="machine">A machine that was noted, by the job's id.</param>
    /// <param name="error">Why.</param>
    internal void Fail(MachineId machine, LonghaulException error)
    {
        var at = _tasks.FindIndex(task => task.MachineId == machine);
        _tasks[at] = _tasks[at] with { State = SessionState.Failed, Message = Describe(error), ErrorCode = error.Code };
    }

    /// <summary>Notes points that retention removed.</summary>
    /// <param name="machine">Name of their machine.</param>
    /// <param name="removals">The points.</param>
    /// <param name="condemned">Stored bytes that are needed no more.</param>
    internal void AddRemoved(string machine, IEnumerable<PointRemoval> removals, long condemned)
    {
        _removed.AddRange(
            removals.Select(gone => new RemovedPoint(gone.Point, machine, gone.CreatedAt, gone.Describe()))
        );
        _condemned += condemned;
    }

    /// <summary>Notes space that is free again.</summary>
    /// <param name="bytes">Bytes of the files deleted.</param>
    internal void AddReclaimed(long bytes) => _reclaimed += bytes;

    /// <summary>Notes that space could not be freed; the points are made all the same.</summary>
    /// <param name="error">Why.</param>
    internal void NoteReclaim(LonghaulException error) => _notes.Add($"no space was freed: {Describe(error)}");

    /// <summary>Notes that files could not be protected, or not lifted; the points are made all the same.</summary>
    /// <param name="error">Why.</param>
    internal void NoteProtection(LonghaulException error) =>
        _notes.Add($"protection from deletion is not as it should be: {Describe(error)}");

    /// <summary>Notes that points of a machine that has left the job could not be removed.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="error">Why.</param>
    internal void NoteDeparted(string machine, LonghaulException error) =>
        _notes.Add($"points of '{machine}', which has left the job, are still there: {Describe(error)}");

    /// <summary>Notes the folder of a new backup, when it could not be named after the job.</summary>
    /// <param name="folder">The folder's name.</param>
    internal void NoteFolder(string folder)
    {
        if (folder != job.Name)
        {
            _notes.Add($"the new backup is '{folder}': the name '{job.Name}' is taken there");
        }
    }

    /// <summary>Saves how the session ended.</summary>
    /// <param name="bottleneck">The stage that was busy longest; null when nothing was copied.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<SessionRecord> EndAsync(string? bottleneck, CancellationToken cancellationToken)
    {
        var state =
            _tasks.Exists(task => task.State == SessionState.Failed) ? SessionState.Failed
            : _notes.Count > 0 || _tasks.Exists(task => task.State == SessionState.Warning) ? SessionState.Warning
            : _tasks.Exists(task => task.State == SessionState.Success) ? SessionState.Success
            : SessionState.Idle;
        var record = Record(state, _notes.Count == 0 ? null : string.Join("; ", _notes), bottleneck);
        await SaveAsync(record, cancellationToken).ConfigureAwait(false);
        return record;
    }

    /// <summary>Saves that the session ended before its machines were done.</summary>
    /// <param name="state">Failed or cancelled.</param>
    /// <param name="message">Why.</param>
    internal ValueTask AbortAsync(SessionState state, string message) =>
        SaveAsync(Record(state, message, bottleneck: null), CancellationToken.None);

    private void Add(SessionTask task)
    {
        lock (_gate)
        {
            _tasks.Add(task);
        }
    }

    private static string Describe(LonghaulException error) => $"{error.Code}: {error.Message}. {error.Hint}";

    private static string Word(BaselineFoundBy foundBy) =>
        foundBy switch
        {
            BaselineFoundBy.Lineage => "lineage",
            BaselineFoundBy.Digests => "digests",
            _ => "none",
        };

    private SessionRecord Record(SessionState state, string? message, string? bottleneck) =>
        new()
        {
            Id = session,
            JobId = job.Id,
            Job = job.Name,
            State = state,
            StartedAt = _startedAt,
            EndedAt = state == SessionState.Running ? null : workplace.Clock.GetUtcNow(),
            RunBy = $"process {Environment.ProcessId} on {workplace.Home.Server}",
            Message = message,
            Tasks = [.. _tasks.OrderBy(task => _order.GetValueOrDefault(task.MachineId, -1))],
            RemovedPoints = [.. _removed],
            PointsRemoved = _removed.Count,
            BytesCondemned = _condemned,
            BytesReclaimed = _reclaimed,
            BytesRead = _tasks.Sum(task => task.BytesRead),
            BytesTransferred = transferred.Total,
            BytesWritten = _tasks.Sum(task => task.BytesWritten),
            Bottleneck = bottleneck,
        };

    private async ValueTask SaveAsync(SessionRecord record, CancellationToken cancellationToken)
    {
        var work = await workplace.Catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        await work.Sessions.SaveAsync(record, cancellationToken).ConfigureAwait(false);
        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
