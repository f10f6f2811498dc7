using Longhaul.Core;
using Longhaul.Engine.Progress;

namespace Longhaul.Engine.Verifying;

/// <summary>Reads the files of a backup where they lie, across a line: only what is damaged is said here.</summary>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public interface IFarScrub
{
    /// <summary>Scrubs a backup there; as <see cref="BackupVerifier.ScrubAsync"/>.</summary>
    /// <param name="folder">Its folder in the repository, without a slash.</param>
    /// <param name="progress">Hears how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.not-found; mover and store errors.</exception>
    ValueTask<FarScrubReport> ScrubAsync(string folder, IRunProgress? progress, CancellationToken cancellationToken);
}
