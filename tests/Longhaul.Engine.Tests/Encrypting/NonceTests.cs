using System.Buffers.Binary;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Xunit;
using CoreMachine = Longhaul.Core.Machines.Machine;

namespace Longhaul.Engine.Tests.Encrypting;

/// <summary>A run is killed at every call and resumed, and two writers continue two copies of one folder: nothing is ever
/// sealed twice under the same key with the same nonce.</summary>
public sealed class NonceTests : IDisposable
{
    private const int Block = 256 << 10;

    private readonly Estate _estate = new() { Password = new EstatePassword() };

    /// <summary>Salt and nonce of everything sealed, with the bytes sealed under them.</summary>
    private readonly Dictionary<string, string> _seen = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_key_and_nonce_is_used_twice()
    {
        var machine = _estate.AddMachine("srv", ("disk0", Janitor.RandomDisk(6, seed: 1)));
        var job = _estate.BackupJob(keep: 3);
        using var store = new PowerLossStore { BestSegmentSize = 3 * Block };
        await _estate.BackUpAsync(await _estate.CreateAsync(job, store), job, machine, checkpointEvery: Block);

        for (var call = 1; call <= store.Steps.Count + 1; call += 3)
        {
            var left = new MemoryObjectStore(store.AfterPowerLoss(call, call));
            var resumed = await _estate.TryOpenAsync(left, job) ?? await _estate.CreateAsync(job, left);
            await ContinueAsync(resumed, job, machine, call);
            await CollectAsync(left);

            var copy = new MemoryObjectStore(left.Snapshot());
            await ContinueAsync(await _estate.OpenAsync(left, job.Repository), job, machine, call + 1);
            await ContinueAsync(await _estate.OpenAsync(copy, job.Repository), job, machine, call + 2);
            await CollectAsync(left);
            await CollectAsync(copy);
        }

        Assert.True(_seen.Count > 100, $"only {_seen.Count} were found");
    }

    public void Dispose() => _estate.Dispose();

    private async Task ContinueAsync(OpenBackup backup, JobDefinition job, CoreMachine machine, int seed)
    {
        new Random(seed).NextBytes(_estate.Disks[(machine.Id, "disk0")].AsSpan(seed % 6 * Block, Block));
        await _estate.BackUpAsync(backup, job, machine, checkpointEvery: Block);
    }

    /// <summary>Everything sealed in a folder; the same bytes may be met again, in a copy.</summary>
    private async Task CollectAsync(MemoryObjectStore store)
    {
        await foreach (var file in store.ListAsync("", Token))
        {
            var bytes = (await store.ReadWholeAsync(file.Name, int.MaxValue, Token))!;
            if (file.Name.StartsWith(BackupNames.SegmentsFolder, StringComparison.Ordinal))
            {
                CollectFrames(bytes);
            }
            else if (file.Name.StartsWith(BackupNames.PointsFolder, StringComparison.Ordinal))
            {
                CollectHeader(bytes);
            }
            else if (file.Name.StartsWith(BackupNames.LogFolder, StringComparison.Ordinal))
            {
                CollectSealedPart(bytes);
            }
        }
    }

    private void CollectFrames(byte[] segment)
    {
        var salt = SegmentPreamble.SaltOf(segment)!;
        var offset = SegmentPreamble.Size;
        while (FrameHeader.TryRead(segment.AsSpan(offset), default, offset, out var frame))
        {
            Add(salt, segment.AsSpan((int)frame.PayloadOffset, frame.StoredLength));
            offset = (int)frame.EndOffset;
        }
    }

    /// <summary>docs/format.md, "Point file": the footer says where the header is; pages and nodes are sealed like it.</summary>
    private void CollectHeader(byte[] point)
    {
        var footer = point.AsSpan(point.Length - 56);
        var header = point.AsSpan(
            (int)BinaryPrimitives.ReadInt64LittleEndian(footer),
            BinaryPrimitives.ReadInt32LittleEndian(footer[8..])
        );
        Add(point.AsSpan(64, 32), header);
    }

    private void CollectSealedPart(byte[] record)
    {
        var open = BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(16));
        var length = BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(20));
        if (length > 0)
        {
            Add([], record.AsSpan(24 + open, length));
        }
    }

    private void Add(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> part)
    {
        var key = Convert.ToHexString(salt) + Convert.ToHexString(part[..12]);
        var content = Convert.ToHexString(part[12..]);
        Assert.Equal(content, _seen.TryAdd(key, content) ? content : _seen[key]);
    }
}
