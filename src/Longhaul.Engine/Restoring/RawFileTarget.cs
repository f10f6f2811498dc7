using Longhaul.Storage.Stores;
using Microsoft.Win32.SafeHandles;

namespace Longhaul.Engine.Restoring;

/// <summary>Restores to a sparse raw file.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class RawFileTarget : IRestoreTarget
{
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly EarlyWriteBack _writeBack;

    private RawFileTarget(string path, SafeFileHandle file)
    {
        _path = path;
        _file = file;
        _writeBack = new EarlyWriteBack(file);
    }

    private string Partial => _path + ".partial";

    /// <summary>Makes an empty file beside the name it is to have.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="size">In bytes.</param>
    internal static RawFileTarget Create(string path, long size)
    {
        try
        {
            var file = File.OpenHandle(path + ".partial", FileMode.Create, FileAccess.ReadWrite);
            var target = new RawFileTarget(path, file);
            try
            {
                RandomAccess.SetLength(file, size);
                return target;
            }
            catch
            {
                target.Remove();
                throw;
            }
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            throw FileFailure.Of(path, error);
        }
    }

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            RandomAccess.Write(_file, content, offset);
            _writeBack.Wrote(offset, content.Length);
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            throw FileFailure.Of(_path, error);
        }
    }

    /// <inheritdoc/>
    public Task FinishAsync(CancellationToken cancellationToken)
    {
        FileFlush.Place(_file, Partial, _path);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Remove();
        return ValueTask.CompletedTask;
    }

    private void Remove()
    {
        _file.Dispose();
        File.Delete(Partial);
    }
}
