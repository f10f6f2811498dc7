using Longhaul.Core.Backups;

namespace Longhaul.Core.Selection;

/// <summary>Decides which source point of a machine a copy job takes.</summary>
/// <remarks>
/// <para>Never taken, in this order of reasons: points in the target repository itself; points of imported backups
/// that the job does not name; incomplete points; points the target has; points not newer than the target's newest;
/// points dated more than one interval ahead. In periodic mode also points older than the interval.</para>
/// <para>A point dated ahead by less counts as made now. A point dated further ahead is refused on every occasion:
/// once copied, it would stand in the way of every later one.</para>
/// <para>Among the points left the newest is taken (immediate mode: the oldest): by sequence number within a source
/// chain, by creation time between chains.</para>
/// </remarks>
public static class PointSelection
{
    /// <summary>Selects.</summary>
    /// <param name="request">The occasion, the candidates and the target.</param>
    public static SelectionResult Select(SelectionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request is { Mode: SelectionMode.Periodic, DoneInThisInterval: true })
        {
            return new(null, null, [], "the point of this copy interval is copied already", Error: null);
        }

        var passedOver = new List<PassedOverPoint>();
        RestorePoint? best = null;
        SourceChain? from = null;
        foreach (var source in request.Sources)
        {
            var candidate = Candidate(request, source, passedOver);
            if (candidate is not null && (best is null || IsBetter(request.Mode, candidate, best)))
            {
                (best, from) = (candidate, source);
            }
        }

        if (best is not null)
        {
            return new(best, from, passedOver, IdleReason: null, Error: null);
        }

        var future = passedOver.FirstOrDefault(point => point.Reason == PassedOverReason.FutureDate);
        return future is null
            ? new(null, null, passedOver, WhyIdle(request, passedOver), Error: null)
            : new(null, null, passedOver, null, Errors.PointDate(future.Point, request.Now, request.Interval));
    }

    /// <summary>Whether a point of a source chain comes after the newest of that machine in a target chain.</summary>
    /// <param name="source">The chain that <paramref name="point"/> is in.</param>
    /// <param name="point">A point of it.</param>
    /// <param name="newest">The target chain's newest point; null when it has none.</param>
    /// <returns>By sequence number when <paramref name="newest"/> is, or records, a point of the source chain; else by
    /// creation time. True when there is no newest.</returns>
    public static bool IsNewer(SourceChain source, RestorePoint point, RestorePoint? newest)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(point);
        if (newest is null)
        {
            return true;
        }

        var reached =
            source.SequenceOf(newest.Id) ?? (newest.SourcePoint is { } origin ? source.SequenceOf(origin) : null);
        return reached is { } sequence ? point.Sequence > sequence : point.CreatedAt > newest.CreatedAt;
    }

    private static RestorePoint? Candidate(
        SelectionRequest request,
        SourceChain source,
        List<PassedOverPoint> passedOver
    )
    {
        RestorePoint? candidate = null;
        var told = new HashSet<PassedOverReason>();
        foreach (var point in source.Chain.Points.Reverse())
        {
            if (WhyNot(request, source, point) is { } reason)
            {
                if (told.Add(reason))
                {
                    passedOver.Add(new(point, reason, Sentence(request, source, point, reason)));
                }
            }
            else if (candidate is null || request.Mode == SelectionMode.Immediate)
            {
                candidate = point;
            }
        }

        return candidate;
    }

    private static PassedOverReason? WhyNot(SelectionRequest request, SourceChain source, RestorePoint point) =>
        0 switch
        {
            _ when source.Repository == request.TargetRepository => PassedOverReason.InTargetRepository,
            _ when source is { Imported: true, NamedByJob: false } => PassedOverReason.Imported,
            _ when !point.IsComplete => PassedOverReason.Incomplete,
            _ when request.Target?.Points.Any(copy => IsSame(copy, point)) == true => PassedOverReason.AlreadyCopied,
            _ when !IsNewer(source, point, request.Target?.Newest) => PassedOverReason.NotNewer,
            _ when point.CreatedAt > request.Now + request.Interval => PassedOverReason.FutureDate,
            _ when request.Mode == SelectionMode.Periodic && point.CreatedAt < request.Now - request.Interval =>
                PassedOverReason.TooOld,
            _ => null,
        };

    /// <summary>One is, or is a copy of, the other, or both are copies of one; or time and content are the same.</summary>
    private static bool IsSame(RestorePoint copy, RestorePoint point) =>
        copy.Id == point.Id
        || copy.SourcePoint == point.Id
        || point.SourcePoint == copy.Id
        || (copy.SourcePoint is not null && copy.SourcePoint == point.SourcePoint)
        || (copy.CreatedAt == point.CreatedAt && copy.Root == point.Root && !copy.Root.IsEmpty);

    private static bool IsBetter(SelectionMode mode, RestorePoint candidate, RestorePoint best) =>
        mode == SelectionMode.Immediate ? candidate.CreatedAt < best.CreatedAt : candidate.CreatedAt > best.CreatedAt;

    private static string Sentence(
        SelectionRequest request,
        SourceChain source,
        RestorePoint point,
        PassedOverReason reason
    )
    {
        var named = $"the point of {Timestamp.Of(point.CreatedAt)} in backup '{source.BackupName}'";
        return reason switch
        {
            PassedOverReason.InTargetRepository => $"{named} lies in the target repository itself",
            PassedOverReason.Imported => $"{named} is of an imported backup that no job has adopted",
            PassedOverReason.Incomplete => $"{named} is incomplete",
            PassedOverReason.AlreadyCopied => $"{named} is copied already",
            PassedOverReason.NotNewer =>
                $"{named} is not newer than the target's newest, {Timestamp.Of(request.Target!.Newest!.CreatedAt)}",
            PassedOverReason.FutureDate => $"{named} is dated more than one copy interval in the future",
            _ => $"{named} is older than the copy interval",
        };
    }

    private static string WhyIdle(SelectionRequest request, List<PassedOverPoint> passedOver)
    {
        if (request.Sources.All(source => source.Chain.Points.Count == 0))
        {
            return "there is no restore point of this machine to copy yet";
        }

        var newest = passedOver.MaxBy(point => point.Point.CreatedAt)!;
        return $"nothing to copy: {newest.Message}";
    }
}
