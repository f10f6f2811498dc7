using System.Text;
using Longhaul.Core.Machines;
using Longhaul.Engine.Tests.Estates;
using Xunit;

namespace Longhaul.Engine.Tests.Encoding;

/// <summary>How much effort goes into what is stored whole.</summary>
public sealed class EffortTests : IDisposable
{
    private const int BlockSize = 256 << 10;

    private readonly Estate _estate = new();

    [Fact]
    public async Task A_block_that_replaces_another_takes_fewer_bytes_than_a_new_one_and_the_first_full_has_its_own_effort()
    {
        var (noise, text) = (new byte[BlockSize], Text());
        new Random(4).NextBytes(noise);
        var first = await StoreAsync("srv-first", before: null, text);
        var added = await StoreAsync("srv-new", before: new byte[BlockSize], text);
        var replaced = await StoreAsync("srv-replaced", before: noise, text);
        Assert.NotEqual(first, added);
        Assert.InRange(replaced, 1, added * 97 / 100);
    }

    public void Dispose() => _estate.Dispose();

    /// <summary>Bytes stored of a disk's content, in a machine's first point or in the one after it.</summary>
    private async Task<long> StoreAsync(string name, byte[]? before, byte[] content)
    {
        Machine machine = _estate.AddMachine(name, ("disk0", before ?? content));
        var job = _estate.BackupJob(blockSize: BlockSize);
        var target = await _estate.CreateAsync(job);
        var outcome = await _estate.BackUpAsync(target, job, machine);
        if (before is not null)
        {
            content.CopyTo(_estate.Disks[(machine.Id, "disk0")], 0);
            outcome = await _estate.BackUpAsync(target, job, machine);
        }

        return outcome.Counts.BytesWritten;
    }

    /// <summary>Lines as a log has them.</summary>
    private static byte[] Text()
    {
        var chance = new Random(3);
        var text = new StringBuilder();
        while (text.Length < BlockSize)
        {
            text.Append("2026-11-22T02:")
                .Append(text.Length)
                .Append(" request ")
                .Append(chance.Next())
                .Append(" of user ");
            text.Append(chance.Next(50)).Append(" took ").Append(chance.Next(900)).Append(" ms\n");
        }

        return System.Text.Encoding.ASCII.GetBytes(text.ToString(0, BlockSize));
    }
}
