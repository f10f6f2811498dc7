using CsCheck;
using Longhaul.Storage.State;
using Xunit;

namespace Longhaul.Storage.Tests.State;

public sealed class FrameSetTests
{
    [Fact]
    public void Sets_intersect_when_they_have_a_frame_in_common() =>
        Gen.Select(Gen.Int[0, 200].Array[0, 20], Gen.Int[0, 200].Array[0, 20])
            .Sample(
                (left, right) =>
                    Assert.Equal(left.Intersect(right).Any(), FrameSet.Of(left).Intersects(FrameSet.Of(right))),
                iter: 500
            );
}
