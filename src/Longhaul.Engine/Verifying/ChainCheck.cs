using System.Buffers;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Format.Segments;

namespace Longhaul.Engine.Verifying;

/// <summary>Checks frames that others stand upon, or are to.</summary>
/// <param name="backup">The backup as its own side reads it; stays the caller's.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class ChainCheck(OpenBackup backup)
{
    /// <summary>Whether a frame and all it stands upon can be read: down to the one without a base each has its checksum and,
    /// where the key is known, was sealed under it.</summary>
    /// <param name="address">The frame.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">store errors.</exception>
    public async ValueTask<bool> IsSoundAsync(FrameAddress address, CancellationToken cancellationToken)
    {
        var frames = backup.Frames;
        byte[] stored = [];
        try
        {
            var chain = await frames.Tables.ChainAsync(address, cancellationToken).ConfigureAwait(false);
            stored = ArrayPool<byte>.Shared.Rent(chain.Max(link => link.Frame.TotalLength));
            foreach (var link in chain)
            {
                if (backup.Folder.IsLocked)
                {
                    await frames
                        .ReadStoredAsync(link, stored.AsMemory(0, link.Frame.TotalLength), cancellationToken)
                        .ConfigureAwait(false);
                }
                else
                {
                    await frames.ReadPayloadAsync(link, stored, cancellationToken).ConfigureAwait(false);
                }
            }

            return true;
        }
        catch (LonghaulException error) when (error.IsAboutData)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stored);
        }
    }
}
