using Longhaul.Engine.Tests.Estates;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Engine.Tests.Scale;

/// <summary>Makes the folders that <c>bench/curves.sh</c> measures.</summary>
public sealed class CurveFolders
{
    private const long GiB = 1L << 30;
    private const int BlockSize = 1 << 20;

    private static readonly (string Name, long GiB, int Points, int Changed, bool Full)[] s_shapes =
    [
        ("points-0001", 1024, 1, 8, false),
        ("points-0010", 1024, 10, 8, false),
        ("points-0060", 1024, 60, 8, false),
        ("points-0365", 1024, 365, 8, false),
        ("points-1000", 1024, 1000, 8, false),
        ("sparse-00064", 64, 10, 200, false),
        ("sparse-01024", 1024, 10, 200, false),
        ("sparse-16384", 16384, 10, 200, false),
        ("sparse-65536", 65536, 10, 200, false),
        ("full-00064", 64, 10, 1000, true),
        ("full-00256", 256, 10, 1000, true),
        ("full-01024", 1024, 10, 1000, true),
        ("full-04096", 4096, 10, 1000, true),
    ];

    /// <summary>Makes a repository <c>NAME</c> with one backup <c>curve</c> of each shape in the folder that LONGHAUL_CURVES
    /// names; where it names none, the smallest alone, in a temporary one.</summary>
    [Fact]
    public async Task Each_has_the_points_that_are_measured()
    {
        using var temporary = new TemporaryFolder();
        var root = Environment.GetEnvironmentVariable("LONGHAUL_CURVES");
        foreach (var (name, gibibytes, points, changed, full) in root is null ? s_shapes[..1] : s_shapes)
        {
            var made = await MakeAsync(
                Path.Combine(root ?? temporary.Path, name, "curve"),
                gibibytes,
                points,
                changed,
                full
            );
            Assert.Equal(points, made);
        }
    }

    private static async Task<int> MakeAsync(string folder, long gibibytes, int points, int changed, bool full)
    {
        using var estate = new Estate();
        var machine = estate.AddMachine("srv", ("disk0", []));
        var job = estate.BackupJob(keep: 2000, blockSize: BlockSize);
        var store = await DirectoryStore.CreateDirectoryAsync(folder, TestContext.Current.CancellationToken);
        var backup = await estate.CreateAsync(job, store);
        var size = gibibytes * GiB;
        var chain = new SyntheticChain(estate, backup, job, machine, size);
        var blocks = size / BlockSize;
        var places = full ? blocks : changed;
        var first = Enumerable.Range(0, (int)places).Select(place => (place * (blocks / places), place + 1L));
        await chain.AddAsync(first, readable: false);
        var chance = new Random(1);
        for (var point = 1; point < points; point++)
        {
            // A sparse disk changes in a few of its places, a full one in as many as it is asked to.
            var count = full ? changed : Math.Min(changed, 8);
            var going = new SortedSet<long>();
            while (going.Count < count)
            {
                going.Add(chance.NextInt64(places) * (blocks / places));
            }

            var number = point * blocks;
            await chain.AddAsync(going.Select(block => (block, number + block + 1)), readable: false);
        }

        return backup.Folder.State.Points.Count();
    }
}
