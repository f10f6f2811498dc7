using System.Text.Json;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Sites;

/// <summary>The model by which soak and power cuts judge: it must see a loss, and no more than a loss.</summary>
public sealed class PointBookTests
{
    private const string Chain = "near/b0/web";

    private readonly PointBook _book = new();

    [Fact]
    public void The_oldest_may_go_when_enough_are_left()
    {
        See(keep: 2, "a", "b", "c");
        See(keep: 2, "b", "c");
        Assert.Throws<InvalidOperationException>(() => See(keep: 2, "c"));
    }

    [Fact]
    public void A_point_does_not_go_before_an_older_one_unless_that_is_pinned()
    {
        See(keep: 2, "a", "b", "c", "d");
        Assert.Throws<InvalidOperationException>(() => See(keep: 2, "a", "c", "d"));
        See(keep: 2, "a pinned", "c", "d");
    }

    [Fact]
    public void Pinned_points_do_not_count()
    {
        See(keep: 2, "a pinned", "b", "c");
        Assert.Throws<InvalidOperationException>(() => See(keep: 2, "a pinned", "c"));
    }

    [Fact]
    public void What_is_deleted_by_hand_may_go_and_what_retention_removed_before_it_too()
    {
        See(keep: 2, "a", "b", "c");
        See(keep: 2, ["b"], "c");
    }

    private void See(int keep, params string[] points) => See(keep, [], points);

    private void See(int keep, string[] mayGo, params string[] points) =>
        _book.See(Chain, [.. points.Select(Point)], "content", keep, mayGo.ToHashSet());

    private static JsonElement Point(string text) =>
        JsonSerializer.SerializeToElement(
            new
            {
                id = text.Split(' ')[0],
                sourcePoint = (string?)null,
                pinned = text.EndsWith("pinned", StringComparison.Ordinal),
            }
        );
}
