using Longhaul.Engine.Tests.Estates;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Scale;

/// <summary>Makes the folders that <c>bench/curves.sh</c> measures; runs only when it is asked for by name.</summary>
public sealed class CurveFolders
{
    private const long GiB = 1L << 30;
    private const int BlockSize = 1 << 20;

    /// <summary>Each makes a repository with one backup: <c>NAME/curve</c> in the folder that LONGHAUL_CURVES names.</summary>
    [Theory(Explicit = true)]
    [InlineData("points-0001", 1024, 1, 8, false)]
    [InlineData("points-0010", 1024, 10, 8, false)]
    [InlineData("points-0060", 1024, 60, 8, false)]
    [InlineData("points-0365", 1024, 365, 8, false)]
    [InlineData("points-1000", 1024, 1000, 8, false)]
    [InlineData("sparse-00064", 64, 10, 200, false)]
    [InlineData("sparse-01024", 1024, 10, 200, false)]
    [InlineData("sparse-16384", 16384, 10, 200, false)]
    [InlineData("sparse-65536", 65536, 10, 200, false)]
    [InlineData("full-00064", 64, 10, 1000, true)]
    [InlineData("full-00256", 256, 10, 1000, true)]
    [InlineData("full-01024", 1024, 10, 1000, true)]
    [InlineData("full-04096", 4096, 10, 1000, true)]
    public async Task Make(string name, long gibibytes, int points, int changed, bool full)
    {
        var root = Environment.GetEnvironmentVariable("LONGHAUL_CURVES");
        Assert.False(string.IsNullOrEmpty(root), "LONGHAUL_CURVES names no folder.");
        using var estate = new Estate();
        var machine = estate.AddMachine(name, ("disk0", []));
        var job = estate.BackupJob(keep: 2000, blockSize: BlockSize);
        var store = await DirectoryStore.CreateDirectoryAsync(
            Path.Combine(root!, name, "curve"),
            TestContext.Current.CancellationToken
        );
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

        Assert.Equal(points, backup.Folder.State.Points.Count());
    }
}
