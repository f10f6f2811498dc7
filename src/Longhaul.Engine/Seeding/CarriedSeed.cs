using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Seeds;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Seeding;

/// <summary>A seed that was carried: its checked list, and the folders in which its files lie.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class CarriedSeed
{
    private static readonly string[] s_folders =
    [
        BackupNames.LogFolder,
        BackupNames.PointsFolder,
        BackupNames.SegmentsFolder,
        BackupNames.KeysFolder,
    ];

    private CarriedSeed(SeedList list, IReadOnlyList<SeedPart> parts, IReadOnlyList<SeedFault> listFaults)
    {
        List = list;
        Parts = parts;
        ListFaults = listFaults;
    }

    /// <summary>What the seed consists of.</summary>
    public SeedList List { get; }

    /// <summary>The folders, in the order in which they are looked through.</summary>
    public IReadOnlyList<SeedPart> Parts { get; }

    /// <summary>The folders whose copy of the list is missing or damaged.</summary>
    public IReadOnlyList<SeedFault> ListFaults { get; }

    /// <summary>The same seed, some of whose files lie in a further folder.</summary>
    /// <param name="part">That folder; a file that is sound there is found there.</param>
    public CarriedSeed After(SeedPart part) => new(List, [part, .. Parts], ListFaults);

    /// <summary>Finds the one seed that lies in some directories: in them, in their folders, or one level further down.</summary>
    /// <param name="directories">Paths.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">seed.not-found, seed.several; data.damaged, format.unsupported: no copy of its list can
    /// be read; store errors.</exception>
    public static async Task<CarriedSeed> FindAsync(
        IReadOnlyList<string> directories,
        CancellationToken cancellationToken
    )
    {
        var folders = new List<SeedPart>();
        foreach (var directory in directories.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal))
        {
            await FindAsync(SeedPart.At(directory), depth: 0, folders, cancellationToken).ConfigureAwait(false);
        }

        var found = new List<(SeedPart Part, SeedList? List, Digest Digest, LonghaulException? Error)>();
        foreach (var folder in folders)
        {
            found.Add(await ReadAsync(folder, cancellationToken).ConfigureAwait(false));
        }

        var lists = found.Where(one => one.List is not null).DistinctBy(one => one.Digest).ToArray();
        if (lists.Length == 0)
        {
            throw found.FirstOrDefault(one => one.Error is not null).Error ?? Errors.SeedNotFound(directories);
        }

        if (lists.Length > 1)
        {
            throw Errors.SeedSeveral([.. lists.Select(one => one.Part.Path)]);
        }

        // Another backup that lies beside it is none of the seed's.
        var list = lists[0].List!;
        var mine = found.Where(one => one.List is not null || Path.GetFileName(one.Part.Path) == list.Name).ToArray();
        return new CarriedSeed(
            list,
            [.. mine.Select(one => one.Part)],
            [.. mine.Where(one => one.List is null).Select(one => FaultOf(one.Part, one.Error))]
        );
    }

    private static SeedFault FaultOf(SeedPart part, LonghaulException? error) =>
        new(
            BackupNames.SeedList,
            Part: null,
            part.PathOf(BackupNames.SeedList),
            IsMissing: error is null,
            error is null ? "it is missing; every part has the same" : SeedFault.Describe(error)
        );

    private static async Task FindAsync(
        SeedPart folder,
        int depth,
        List<SeedPart> found,
        CancellationToken cancellationToken
    )
    {
        const int Deepest = 2;
        if (await IsPartAsync(folder.Store, cancellationToken).ConfigureAwait(false))
        {
            found.Add(folder);
            return;
        }

        if (depth == Deepest)
        {
            return;
        }

        await foreach (var name in folder.Store.ListFoldersAsync("", cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await FindAsync(SeedPart.At(folder.PathOf(name)), depth + 1, found, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (LonghaulException error) when (error.Code == "store.access-denied")
            {
                // What else lies on the disk, such as its file system's own folders, may be nobody's to read.
            }
        }
    }

    private static async ValueTask<bool> IsPartAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        foreach (var name in (string[])[BackupNames.SeedList, BackupNames.Backup])
        {
            if (await store.GetLengthAsync(name, cancellationToken).ConfigureAwait(false) is not null)
            {
                return true;
            }
        }

        return await store
            .ListFoldersAsync("", cancellationToken)
            .AnyAsync(name => s_folders.Contains(name + "/"), cancellationToken)
            .ConfigureAwait(false);
    }

    private static async Task<(SeedPart Part, SeedList? List, Digest Digest, LonghaulException? Error)> ReadAsync(
        SeedPart part,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var bytes = await part
                .Store.ReadWholeAsync(BackupNames.SeedList, SeedList.MaxSize, cancellationToken)
                .ConfigureAwait(false);
            return bytes is null
                ? (part, null, default, null)
                : (part, SeedList.Decode(part.PathOf(BackupNames.SeedList), bytes), Digest.Of(bytes), null);
        }
        catch (LonghaulException error) when (SeedFault.IsOne(error))
        {
            return (part, null, default, error);
        }
    }
}
