using Longhaul.Core;
using Longhaul.Engine.Progress;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Segments;

namespace Longhaul.Engine.Backups;

/// <summary>Reads the files of a backup where they lie, at the far end of a line: only what is found crosses it.</summary>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public interface IFarSide
{
    /// <summary>Scrubs a backup there; as <see cref="BackupVerifier.ScrubAsync"/>.</summary>
    /// <param name="folder">Its folder in the repository, without a slash.</param>
    /// <param name="progress">Hears how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.not-found; mover and store errors.</exception>
    ValueTask<FarScrubReport> ScrubAsync(string folder, IRunProgress? progress, CancellationToken cancellationToken);

    /// <summary>Reads frames there, each with all it stands upon; as <see cref="ChainCheck.IsSoundAsync"/>.</summary>
    /// <param name="folder">The backup's folder in the repository, without a slash.</param>
    /// <param name="frames">The frames; best in the order in which they lie.</param>
    /// <param name="answered">Hears of each, as soon as it is known, whether it is sound.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.not-found; mover and store errors.</exception>
    ValueTask CheckFramesAsync(
        string folder,
        IReadOnlyList<FrameAddress> frames,
        Action<FrameAddress, bool> answered,
        CancellationToken cancellationToken
    );
}
