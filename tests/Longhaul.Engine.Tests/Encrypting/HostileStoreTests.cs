using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Log;
using Longhaul.Storage.Stores;
using Xunit;
using CoreMachine = Longhaul.Core.Machines.Machine;
using Record = Longhaul.Format.Log.Record;

namespace Longhaul.Engine.Tests.Encrypting;

/// <summary>The far side lies about an encrypted backup: whoever has the password notices, and writes nothing plain.</summary>
public sealed class HostileStoreTests : IDisposable
{
    private readonly Estate _estate = new() { Password = new EstatePassword() };
    private readonly MemoryObjectStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The next record, right in every way but that nobody vouches for it.</summary>
    [Theory]
    [InlineData("owner")]
    [InlineData("ownerless")]
    [InlineData("point")]
    [InlineData("pin")]
    [InlineData("keys")]
    [InlineData("machine")]
    [InlineData("segment")]
    [InlineData("shared")]
    [InlineData("sealed")]
    public async Task A_record_that_adds_or_changes_something_needs_a_mac(string what)
    {
        await MakeAsync();
        var last = await LastRecordAsync();
        var open = NextOf(last.Bytes, last.Number);
        var sealedPart = new Sealed();
        var adding = last.Open.Points.Count > 0 ? last.Open : await FirstWithPointAsync();
        switch (what)
        {
            case "owner":
                open.Owner = (await RecordAsync(1)).Owner.Clone();
                break;
            case "ownerless":
                open.Ownerless = true;
                break;
            case "point":
                open.Points.Add(adding.Points[0].Clone());
                break;
            case "pin":
                open.PointChanges.Add(
                    new PointChange
                    {
                        Id = adding.Points[0].Id,
                        Kind = adding.Points[0].Kind,
                        Parent = adding.Points[0].Parent,
                        Pin = Pin.User,
                    }
                );
                break;
            case "keys":
                open.Keys = (await RecordAsync(1)).Keys.Clone();
                break;
            case "machine":
                open.Machines.Add(adding.Machines[0].Clone());
                break;
            case "segment":
                open.Segments.Add(adding.Segments[0].Clone());
                open.Segments[0].Id = ByteString.CopyFrom(SegmentId.New().ToBytes());
                break;
            case "sealed":
                // What 'job adopt' would take for the owner's definition, with commands to run in it.
                open.FilesPurged.Add("points/none");
                sealedPart.JobDefinition = ByteString.CopyFromUtf8("{}");
                break;
            default:
                open.Shared.Add(new Format.Log.FrameSet { Segment = adding.Segments[0].Id, Runs = { 0, 1 } });
                break;
        }

        await PutAsync(RecordCodec.Encode(open, sealedPart), last.Number + 1);

        Assert.Equal("data.damaged", await CodeOfAsync(() => _estate.OpenAsync(_store, _estate.Here)));
    }

    /// <summary>"It was never encrypted": a log of its own making, plain from the first record on. The job, which knows better,
    /// refuses it (<c>EncryptionTests</c>).</summary>
    [Fact]
    public async Task A_plain_log_in_its_place_is_seen_to_be_plain()
    {
        var (_, job, machine) = await MakeAsync();
        using var plain = new Estate();
        var other = new MemoryObjectStore();
        var forged = await plain.CreateAsync(job, other);
        plain.Disks[(machine.Id, "disk0")] = _estate.Disks[(machine.Id, "disk0")];
        await plain.BackUpAsync(forged, job, machine);

        Assert.Null((await _estate.OpenAsync(other, _estate.Here)).Folder.State.KeyList);
    }

    /// <summary>"It is plain from here on": a record that is the whole list, so that reading begins there.</summary>
    [Fact]
    public async Task A_plain_whole_list_at_the_end_is_seen_to_be_plain()
    {
        await MakeAsync();
        var last = await LastRecordAsync();
        var open = NextOf(last.Bytes, last.Number);
        open.Whole = true;
        open.Birth = (await RecordAsync(1)).Birth.Clone();
        await PutAsync(RecordCodec.Encode(open, null), last.Number + 1);

        Assert.Null((await _estate.OpenAsync(_store, _estate.Here)).Folder.State.KeyList);
    }

    /// <summary>A record under a list key that nobody has made: the reader who is there cannot tell, and takes nothing from it.</summary>
    [Fact]
    public async Task A_record_under_a_newer_key_is_not_taken_on_trust()
    {
        var (backup, _, _) = await MakeAsync();
        var last = await LastRecordAsync();
        var open = NextOf(last.Bytes, last.Number);
        open.Ownerless = true;
        open.Keys = new KeyListing
        {
            Number = 2,
            Generation = 2,
            Hash = ByteString.CopyFrom(Digest.Of("a list"u8).ToBytes()),
        };
        var forged = RecordCodec.Encode(open, null);
        forged[10] = 1;
        forged[12] = 2;
        Digest.Of(forged.AsSpan(0, forged.Length - Digest.Size)).CopyTo(forged.AsSpan(forged.Length - Digest.Size));
        await PutAsync(forged, last.Number + 1);

        Assert.Equal("backup.locked", await CodeOfAsync(() => backup.Folder.RefreshAsync(Token).AsTask()));
        Assert.NotNull(backup.Folder.State.Owner);
    }

    /// <summary>Segments, point files and records of one backup put into the place of each other.</summary>
    [Theory]
    [InlineData(BackupNames.SegmentsFolder)]
    [InlineData(BackupNames.PointsFolder)]
    [InlineData(BackupNames.LogFolder)]
    public async Task Files_that_were_swapped_are_noticed(string folder)
    {
        var (_, _, _) = await MakeAsync();
        var names = (await Janitor.NamesAsync(_store, folder)).TakeLast(2).ToArray();
        var files = new List<byte[]>();
        foreach (var name in names)
        {
            files.Add((await _store.ReadWholeAsync(name, int.MaxValue, Token))!);
            await _store.DeleteAsync(name, Token);
        }

        Assert.True(await _store.PutIfAbsentAsync(names[0], files[1], Token));
        Assert.True(await _store.PutIfAbsentAsync(names[1], files[0], Token));

        Assert.Equal("data.damaged", await CodeOfAsync(ReadAllAsync));
    }

    /// <summary>A key list that another password opens, named like the one that holds.</summary>
    [Fact]
    public async Task A_key_list_in_the_place_of_the_one_the_log_names_is_noticed()
    {
        await MakeAsync();
        var other = new MemoryObjectStore();
        await _estate.CreateAsync(_estate.BackupJob(), other);
        var name = BackupNames.KeyList(1);
        await _store.DeleteAsync(name, Token);
        await _store.PutIfAbsentAsync(name, (await other.ReadWholeAsync(name, int.MaxValue, Token))!, Token);

        Assert.Equal("data.damaged", await CodeOfAsync(() => _estate.OpenAsync(_store, _estate.Here)));
    }

    public void Dispose() => _estate.Dispose();

    private async Task<(OpenBackup Backup, JobDefinition Job, CoreMachine Machine)> MakeAsync()
    {
        var machine = _estate.AddMachine("srv", ("disk0", Janitor.RandomDisk(6, seed: 1)));
        var job = _estate.BackupJob(keep: 9);
        var backup = await _estate.CreateAsync(job, _store);
        for (var point = 0; point < 3; point++)
        {
            await _estate.BackUpAsync(backup, job, machine);
            new Random(point).NextBytes(_estate.Disks[(machine.Id, "disk0")].AsSpan(point << 18, 1 << 18));
        }

        return (backup, job, machine);
    }

    private async Task ReadAllAsync()
    {
        var backup = await _estate.OpenAsync(_store, _estate.Here);
        foreach (var point in backup.Folder.State.Points)
        {
            await Estate.ReadAsync(backup, point.Id, "disk0");
        }
    }

    private async Task<(long Number, byte[] Bytes, Record Open)> LastRecordAsync()
    {
        var number = (await Janitor.NamesAsync(_store, BackupNames.LogFolder)).Length;
        var bytes = (await _store.ReadWholeAsync(BackupNames.Record(number), int.MaxValue, Token))!;
        return (number, bytes, RecordCodec.Decode("log", bytes).Open);
    }

    private async Task<Record> RecordAsync(long number) =>
        RecordCodec.Decode("log", (await _store.ReadWholeAsync(BackupNames.Record(number), int.MaxValue, Token))!).Open;

    private async Task<Record> FirstWithPointAsync()
    {
        for (var number = 1; ; number++)
        {
            if (await RecordAsync(number) is { Points.Count: > 0 } record)
            {
                return record;
            }
        }
    }

    private static Record NextOf(byte[] last, long number) =>
        new()
        {
            Number = (ulong)number + 1,
            Previous = ByteString.CopyFrom(RecordCodec.HashOf(last).ToBytes()),
            Step = "forged",
        };

    private async Task PutAsync(byte[] record, long number) =>
        Assert.True(await _store.PutIfAbsentAsync(BackupNames.Record(number), record, Token));

    private static async Task<string> CodeOfAsync(Func<Task> action) =>
        (await Assert.ThrowsAsync<LonghaulException>(action)).Code;
}
