namespace Longhaul.Storage.Tests.Exploring;

/// <summary>The ids an actor gives to what he makes: the same in every schedule, so that schedules can be replayed.</summary>
internal sealed record NewIds(PointId Point, SegmentId Segment)
{
    /// <summary>Makes ids that nothing else has.</summary>
    internal static NewIds Make() => new(PointId.New(), SegmentId.New());
}
