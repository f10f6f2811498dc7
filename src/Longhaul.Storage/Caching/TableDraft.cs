using Longhaul.Core;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Caching;

/// <summary>A file of a <see cref="TableCache"/> that is being written.</summary>
/// <remarks>What fails is not kept, and is nobody's error. Nothing is flushed: who reads it checks every byte.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class TableDraft : IDisposable
{
    /// <summary>How the names of drafts end.</summary>
    internal const string Suffix = ".draft";

    private readonly string _folder;
    private readonly string _path;
    private FileStream? _file;

    internal TableDraft(string folder)
    {
        _folder = folder;
        _path = Path.Combine(folder, Guid.NewGuid().ToString("n") + Suffix);
        Try(() =>
        {
            Directory.CreateDirectory(folder);
            _file = new FileStream(_path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 4096, useAsync: true);
        });
    }

    /// <summary>Whether it can still be kept.</summary>
    internal bool IsOpen => _file is not null;

    /// <summary>Appends bytes.</summary>
    /// <param name="content">Not kept after the call.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (_file is null)
        {
            return;
        }

        try
        {
            await _file.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            Dispose();
        }
    }

    /// <summary>Keeps what was written, which is a point file.</summary>
    /// <param name="hash">SHA-256 of all of it.</param>
    public void KeepAs(Digest hash) => KeepAs(hash.ToString());

    internal void KeepAs(string name) =>
        Try(() =>
        {
            if (_file is { } file)
            {
                file.Dispose();
                File.Move(_path, Path.Combine(_folder, name), overwrite: true);
                _file = null;
            }
        });

    /// <summary>Deletes what was not kept.</summary>
    public void Dispose()
    {
        if (_file is { } file)
        {
            _file = null;
            Try(file.Dispose);
            Try(() => File.Delete(_path));
        }
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            // The store has what could not be kept here.
        }
    }
}
