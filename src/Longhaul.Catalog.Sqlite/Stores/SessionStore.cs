using Longhaul.Catalog.Json;
using Longhaul.Catalog.Sessions;
using Longhaul.Core.Jobs;
using Microsoft.Data.Sqlite;

namespace Longhaul.Catalog.Sqlite.Stores;

/// <summary>Keeps sessions in their table.</summary>
/// <param name="work">The transaction.</param>
internal sealed class SessionStore(SqliteCatalogWork work) : ISessionCatalog
{
    // The two long columns lie at the end of the row: a list that leaves them out does not read that far.
    private const string Columns =
        "Id, JobId, Job, State, StartedAt, EndedAt, RunBy, Message, PointsRemoved, BytesCondemned, BytesReclaimed, BytesRead, "
        + "BytesTransferred, BytesWritten, Bottleneck";

    private const string SelectShort = "SELECT " + Columns + " FROM sessions";
    private const string SelectWhole = "SELECT " + Columns + ", RemovedPoints, Tasks FROM sessions";

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SessionRecord>> ListAsync(
        JobId? job,
        int limit,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var newest = await work
            .Query.ListAsync(
                SelectShort + " WHERE $job IS NULL OR JobId = $job ORDER BY StartedAt DESC, Id DESC LIMIT $limit",
                [("$job", job?.ToString()), ("$limit", limit)],
                Read,
                cancellationToken
            )
            .ConfigureAwait(false);
        return [.. newest.Reverse()];
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SessionRecord>> FindByPrefixAsync(
        string prefix,
        int limit,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        return work.Query.ListAsync(
            SelectShort + " WHERE Id >= $prefix AND Id < $end ORDER BY Id LIMIT $limit",
            [("$prefix", prefix), ("$end", PrefixRange.End(prefix)), ("$limit", limit)],
            Read,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public ValueTask<SessionRecord?> FindAsync(SessionId id, CancellationToken cancellationToken) =>
        work.Query.FindAsync(
            SelectWhole + " WHERE Id = $id",
            [("$id", id.ToString())],
            row =>
                Read(row) with
                {
                    RemovedPoints = ColumnText.Read(row.GetString(15), CatalogJsonContext.Default.RemovedPoints),
                    Tasks = ColumnText.Read(row.GetString(16), CatalogJsonContext.Default.IReadOnlyListSessionTask),
                },
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<LastTask?> FindLastTaskAsync(JobId job, MachineId machine, CancellationToken cancellationToken) =>
        work.Query.FindAsync(
            "SELECT task.value, (SELECT MIN(COALESCE(later.EndedAt, later.StartedAt)) FROM sessions AS later "
                + "WHERE later.JobId = $job AND later.StartedAt > sessions.StartedAt "
                + "AND later.State IN ($success, $warning, $idle)) "
                + "FROM sessions, json_each(sessions.Tasks) AS task "
                + "WHERE JobId = $job AND task.value ->> '$.machineId' = $machine ORDER BY StartedAt DESC LIMIT 1",
            [
                ("$job", job.ToString()),
                ("$machine", machine.ToString()),
                ("$success", (int)SessionState.Success),
                ("$warning", (int)SessionState.Warning),
                ("$idle", (int)SessionState.Idle),
            ],
            row => new LastTask(
                ColumnText.Read(row.GetString(0), CatalogJsonContext.Default.SessionTask),
                ColumnText.OptionalTime(row, 1)
            ),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask SaveAsync(SessionRecord session, CancellationToken cancellationToken) =>
        work.PutAsync(
            "sessions",
            [("Id", session.Id.ToString())],
            [
                ("JobId", session.JobId.ToString()),
                ("Job", session.Job),
                ("State", (int)session.State),
                ("StartedAt", ColumnText.Time(session.StartedAt)),
                ("EndedAt", ColumnText.OptionalTime(session.EndedAt)),
                ("RunBy", session.RunBy),
                ("Message", session.Message),
                ("PointsRemoved", session.PointsRemoved),
                ("BytesCondemned", session.BytesCondemned),
                ("BytesReclaimed", session.BytesReclaimed),
                ("BytesRead", session.BytesRead),
                ("BytesTransferred", session.BytesTransferred),
                ("BytesWritten", session.BytesWritten),
                ("Bottleneck", session.Bottleneck),
                ("RemovedPoints", ColumnText.Write(session.RemovedPoints, CatalogJsonContext.Default.RemovedPoints)),
                ("Tasks", ColumnText.Write(session.Tasks, CatalogJsonContext.Default.IReadOnlyListSessionTask)),
            ],
            cancellationToken
        );

    private static SessionRecord Read(SqliteDataReader row) =>
        new()
        {
            Id = ColumnText.Id<Session>(row.GetString(0)),
            JobId = ColumnText.Id<JobDefinition>(row.GetString(1)),
            Job = row.GetString(2),
            State = (SessionState)row.GetInt32(3),
            StartedAt = ColumnText.Time(row.GetInt64(4)),
            EndedAt = ColumnText.OptionalTime(row, 5),
            RunBy = ColumnText.Optional(row, 6),
            Message = ColumnText.Optional(row, 7),
            PointsRemoved = row.GetInt32(8),
            BytesCondemned = row.GetInt64(9),
            BytesReclaimed = row.GetInt64(10),
            BytesRead = row.GetInt64(11),
            BytesTransferred = row.GetInt64(12),
            BytesWritten = row.GetInt64(13),
            Bottleneck = ColumnText.Optional(row, 14),
        };
}
