using Longhaul.Catalog.Sessions;
using Longhaul.Jobs.Runs;
using Longhaul.Jobs.Tests.Sites;
using Xunit;

namespace Longhaul.Jobs.Tests.Runs;

public sealed class FirstRunTests : IDisposable
{
    private readonly JobSite _site = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    /// <summary>It had made the folder, and the next run took its full for one that nobody was told of.</summary>
    [Fact]
    public async Task A_first_copy_that_was_cut_off_goes_on_without_being_asked()
    {
        var near = await _site.AddRepositoryAsync("near");
        var far = await _site.AddRepositoryAsync("far");
        var nightly = await _site.AddBackupJobAsync("nightly", near);
        var offsite = await _site.AddCopyJobAsync("offsite", far, nightly);
        await _site.RunAsync(nightly);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var options = new RunOptions(new(), new StageWatch("copying", cut.Cancel));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await new JobRunner(_site.Workplace).RunAsync(await _site.FindJobAsync(offsite), options, cut.Token);
            cut.Token.ThrowIfCancellationRequested();
        });
        Assert.NotNull((await _site.FindJobAsync(offsite)).Backup);

        var session = await _site.RunAsync(offsite);

        Assert.Equal(SessionState.Success, session.State);
    }
}
