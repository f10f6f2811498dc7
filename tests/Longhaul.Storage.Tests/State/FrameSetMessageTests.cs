using CsCheck;
using Longhaul.Core;
using Longhaul.Storage.State;
using Xunit;

namespace Longhaul.Storage.Tests.State;

/// <summary>Frame sets go into a record and come back; a number that the segment has not is damage.</summary>
public sealed class FrameSetMessageTests
{
    private const string File = "log/00000002";

    [Fact]
    public void A_set_is_read_back_as_it_was() =>
        Gen.Int[0, 300]
            .Array[1, 120]
            .Sample(
                numbers =>
                {
                    var message = FrameSetMessage.Write(SegmentId.New(), FrameSet.Of(numbers));

                    Assert.Equal(numbers.Distinct().Order(), FrameSetMessage.Read(message, 301, File).Numbers());
                },
                iter: 500
            );

    [Fact]
    public void A_frame_that_the_segment_has_not_is_damage()
    {
        var message = FrameSetMessage.Write(SegmentId.New(), FrameSet.Of([3, 4]));

        Assert.Equal(2, FrameSetMessage.Read(message, 5, File).Count);
        var error = Assert.Throws<LonghaulException>(() => FrameSetMessage.Read(message, 4, File));
        Assert.Equal("data.damaged", error.Code);
    }

    [Fact]
    public void Half_a_run_is_damage()
    {
        var message = FrameSetMessage.Write(SegmentId.New(), FrameSet.Of([3, 4]));
        message.Runs.Add(1);

        Assert.Equal(
            "data.damaged",
            Assert.Throws<LonghaulException>(() => FrameSetMessage.Read(message, 9, File)).Code
        );
    }
}
