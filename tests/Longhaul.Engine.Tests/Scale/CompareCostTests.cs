using Longhaul.Engine.Comparing;
using Xunit;

namespace Longhaul.Engine.Tests.Scale;

/// <summary>What it takes to prove that a copy is its source.</summary>
[Collection(MeasuredAlone.Name)]
public sealed class CompareCostTests
{
    private const int Points = 60;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sixty_points_of_a_tebibyte_are_proved_with_kilobytes_each()
    {
        using var site = new SyntheticSite(1L << 40);
        await site.CreateAsync();
        for (var point = 1; point <= Points; point++)
        {
            for (var block = 0; block < 20; block++)
            {
                site.Disk[(point * 7919 + block * 52_361) % (1 << 20)] = point;
            }

            await site.BackUpAsync();
            await site.CopyAsync();
        }

        using var source = await site.OpenAsync();
        using var copy = await site.OpenCopyAsync();
        var (compared, _) = await BackupComparer.CompareAsync(source, copy, Token);

        Assert.Equal(Points, compared.Count);
        Assert.All(compared, pair => Assert.True(pair.IsSame, pair.What));
        var read = site.Near.Received + site.Far.Received;
        TestContext.Current.TestOutputHelper!.WriteLine($"{read} bytes");
        Assert.InRange(read, 1, Points * 2 * (8L << 10));
    }
}
