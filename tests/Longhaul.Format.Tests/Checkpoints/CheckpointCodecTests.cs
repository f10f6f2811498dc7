using Longhaul.Core;
using Longhaul.Format.Checkpoints;
using Longhaul.Format.Log;
using Longhaul.Format.Tests.Log;

namespace Longhaul.Format.Tests.Checkpoints;

public sealed class CheckpointCodecTests
{
    private const string File = "sessions/a/00000001";

    [Fact]
    public async Task Checkpoint_reads_back_as_written_and_notices_every_flipped_bit()
    {
        var checkpoint = RecordSamples.MakeCheckpoint();
        var bytes = CheckpointCodec.Encode(checkpoint);

        Assert.Equal(checkpoint, CheckpointCodec.Decode(File, bytes).Content);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var damaged = Samples.Flip(bytes, bit);
            Assert.True(
                await Samples.IsRefusedAsync(File, () => Task.Run(() => CheckpointCodec.Decode(File, damaged)))
            );
        }
    }

    [Fact]
    public void Checkpoint_is_no_record()
    {
        var bytes = CheckpointCodec.Encode(RecordSamples.MakeCheckpoint());

        Assert.Equal("data.damaged", Assert.Throws<LonghaulException>(() => RecordCodec.Decode(File, bytes)).Code);
    }
}
