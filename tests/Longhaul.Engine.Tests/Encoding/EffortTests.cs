using System.Globalization;
using System.Text;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Format.Compression;
using Xunit;

namespace Longhaul.Engine.Tests.Encoding;

/// <summary>How much effort goes into what is stored whole.</summary>
public sealed class EffortTests : IDisposable
{
    private const int BlockSize = 256 << 10;

    private readonly Estate _estate = new();
    private readonly byte[] _text = Text(seed: 3);

    [Fact]
    public async Task A_first_full_is_quick_new_blocks_are_usual_and_those_that_replace_others_thorough()
    {
        int[] expected = [Encoded(Effort.Quick), Encoded(Effort.Usual), Encoded(Effort.Thorough)];
        Assert.Equal(3, expected.Distinct().Count());

        int[] stored =
        [
            await StoreAsync("srv-first", before: null),
            await StoreAsync("srv-new", before: new byte[BlockSize]),
            await StoreAsync("srv-replaced", before: Text(seed: 4)),
        ];
        Assert.Equal(expected, stored);
        Assert.InRange(stored[2], 1, stored[1] * 97 / 100);
    }

    public void Dispose() => _estate.Dispose();

    private int Encoded(Effort effort)
    {
        using var encoder = new BlockEncoder(CompressionLevel.Auto);
        return encoder.Encode(_text, new byte[BlockSize], effort);
    }

    /// <summary>Length of the text's frame in a machine's first point, or in the one after it.</summary>
    private async Task<int> StoreAsync(string name, byte[]? before)
    {
        var machine = _estate.AddMachine(name, ("disk0", [.. before ?? _text]));
        var job = _estate.BackupJob(blockSize: BlockSize);
        var target = await _estate.CreateAsync(job);
        var made = await _estate.BackUpAsync(target, job, machine);
        if (before is not null)
        {
            _text.CopyTo(_estate.Disks[(machine.Id, "disk0")], 0);
            made = await _estate.BackUpAsync(target, job, machine);
        }

        return (await Estate.FirstFrameAsync(target, made.Point!.Id)).StoredLength;
    }

    /// <summary>Lines as a log has them.</summary>
    private static byte[] Text(int seed)
    {
        var chance = new Random(seed);
        var text = new StringBuilder();
        while (text.Length < BlockSize)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"2026-11-22T02:{text.Length} request {chance.Next()} of user {chance.Next(50)} took {chance.Next(900)} ms\n"
            );
        }

        return System.Text.Encoding.ASCII.GetBytes(text.ToString(0, BlockSize));
    }
}
