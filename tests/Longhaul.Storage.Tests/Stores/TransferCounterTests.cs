using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Storage.Tests.Stores;

/// <summary>What crosses is counted for the run, and for each machine apart.</summary>
public sealed class TransferCounterTests
{
    [Fact]
    public async Task Each_share_counts_what_its_own_method_caused()
    {
        var counter = new TransferCounter();
        counter.AddSent(1);

        var shares = await Task.WhenAll(TransferAsync(10), TransferAsync(200));
        counter.AddSent(2);

        Assert.Equal([13, 203], shares.Select(share => share.Total));
        Assert.Equal(1 + 13 + 203 + 2, counter.Total);

        async Task<TransferCounter> TransferAsync(long bytes)
        {
            var share = counter.BeginShare();
            await Task.Yield();
            counter.AddSent(bytes);
            await Task.Run(() => counter.AddReceived(3), TestContext.Current.CancellationToken);
            return share;
        }
    }
}
