using Longhaul.Sources.Images;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Restoring;

/// <summary>Restores to a qcow2 image; it gets its name when it is flushed and <c>qemu-img check</c> finds it sound.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class Qcow2FileTarget : IRestoreTarget
{
    private readonly string _path;
    private readonly Qcow2DiskWriter _writer;

    private Qcow2FileTarget(string path, Qcow2DiskWriter writer)
    {
        _path = path;
        _writer = writer;
    }

    private string Partial => _path + ".partial";

    /// <summary>Makes an empty image beside the name it is to have.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="size">Size of the disk, in bytes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal static async Task<Qcow2FileTarget> CreateAsync(string path, long size, CancellationToken cancellationToken)
    {
        var partial = path + ".partial";
        try
        {
            var writer = await Qcow2DiskWriter.CreateAsync(partial, size, cancellationToken).ConfigureAwait(false);
            return new Qcow2FileTarget(path, writer);
        }
        catch (Exception error)
        {
            File.Delete(partial);
            if (FileFailure.Knows(error))
            {
                throw FileFailure.Of(path, error);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            _writer.Write(offset, content);
        }
        catch (IOException error)
        {
            throw FileFailure.Of(_path, error);
        }
    }

    /// <inheritdoc/>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _writer.FinishAsync(cancellationToken).ConfigureAwait(false);
            using var file = File.OpenHandle(Partial, access: FileAccess.ReadWrite);
            FileFlush.Place(file, Partial, _path);
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            throw FileFailure.Of(_path, error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        File.Delete(Partial);
    }
}
