using Longhaul.Format.Points;

namespace Longhaul.Format.Tests.Points;

/// <summary>Writes and opens point files of one disk with blocks of 1 MiB.</summary>
internal static class PointSamples
{
    public const int BlockSize = 1 << 20;
    public const string File = "points/a.point";

    internal static TableEntry Entry(long number) => new(Samples.VersionOf(number), Samples.VersionOf(number + 1));

    internal static async Task<PointFile> OpenAsync(byte[] bytes) =>
        await PointFile.OpenAsync(new MemoryByteRange(File, bytes), new NodeCache(1 << 20), null, Samples.Token);

    internal static PointFileWriter NewWriter(MemoryStream stream) =>
        new(Samples.Into(stream), Samples.Backup, Samples.Point, Samples.Machine, BlockSize);

    /// <summary>Writes a table of one disk.</summary>
    internal static async Task<(byte[] Bytes, PointFileResult Result)> WriteAsync(
        DiskModel model,
        bool complete,
        DiskModel? before = null,
        bool deadToo = false
    )
    {
        var stream = new MemoryStream();
        var writer = NewWriter(stream);
        var state = before ?? new DiskModel(model.Blocks, []);
        var disk = writer.BeginDisk("disk0", model.Blocks * BlockSize, complete, complete ? null : state.ChildrenAsync);
        foreach (var page in model.Entries.Keys.Select(block => block / 64).Distinct().Order())
        {
            var after = state.DigestsOf(page);
            var named = model.PageOf(page);
            foreach (var slot in Enumerable.Range(0, 64).Where(named.Names))
            {
                after[slot] = named[slot].New.Digest;
            }

            await disk.AddPageAsync(page, named, after, Samples.Token);
        }

        await disk.EndAsync(Samples.Token);
        foreach (var old in model.Entries.Values.Where(_ => deadToo).Select(entry => entry.Old?.Address))
        {
            writer.AddDead(old!.Value);
        }

        var result = await writer.FinishAsync(new PointHeader { Sequence = 1 }, Samples.Token);
        return (stream.ToArray(), result);
    }
}
