using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Digests;

namespace Longhaul.Format.Points;

/// <summary>Writes the table of one disk into a point file, page after page.</summary>
/// <remarks>Pages and nodes of several disks may stand mixed in the file: each is found by the node above it.</remarks>
/// <threadsafety>One caller at a time, of all disks of a file together.</threadsafety>
public sealed class DiskTableWriter
{
    private readonly DiskTableBuilder _builder;
    private readonly Func<TablePage, CancellationToken, ValueTask<TableExtent>> _writePage;
    private readonly DiskTable _table;
    private long _lastPage = -1;

    internal DiskTableWriter(
        string id,
        long size,
        bool complete,
        DiskTableBuilder builder,
        Func<TablePage, CancellationToken, ValueTask<TableExtent>> writePage
    )
    {
        _builder = builder;
        _writePage = writePage;
        _table = new DiskTable
        {
            Id = id,
            Size = (ulong)size,
            Complete = complete,
            Levels = (uint)builder.Shape.Levels,
        };
    }

    /// <summary>The disk's identity.</summary>
    public string Id => _table.Id;

    /// <summary>Whether the disk has got all its pages.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Adds a page.</summary>
    /// <remarks>Of a disk that shrank, the page its end now lies in is added even when it names no block.</remarks>
    /// <param name="pageIndex">Above that of the page before.</param>
    /// <param name="page">What is named in it.</param>
    /// <param name="digests">The digests of all its 64 blocks after this point; the zero digest beyond the disk's end.</param>
    /// <param name="cancellationToken">Cancels the call; the file is then useless.</param>
    /// <exception cref="ArgumentException">The page is out of order or beyond the disk, or page and digests disagree.</exception>
    /// <exception cref="InvalidOperationException">The disk is ended.</exception>
    public async ValueTask AddPageAsync(
        long pageIndex,
        TablePage page,
        ReadOnlyMemory<Digest> digests,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(page);
        RequireOpen();
        Check(pageIndex, page, digests.Span);
        await _builder.PassAsync(pageIndex, cancellationToken).ConfigureAwait(false);
        var extent = await _writePage(page, cancellationToken).ConfigureAwait(false);
        _builder.AddPage(pageIndex, digests, extent);
        _lastPage = pageIndex;
        _table.Entries += (ulong)page.Count;
    }

    /// <summary>Ends the disk.</summary>
    /// <param name="cancellationToken">Cancels the call; the file is then useless.</param>
    /// <returns>The disk's digest.</returns>
    /// <exception cref="InvalidOperationException">The disk is ended.</exception>
    public async ValueTask<Digest> EndAsync(CancellationToken cancellationToken)
    {
        RequireOpen();
        var root = await _builder.EndAsync(cancellationToken).ConfigureAwait(false);
        _table.Root = ByteString.CopyFrom(root.ToBytes());
        _table.Top = _builder.Top?.ToMessage();
        IsEnded = true;
        return root;
    }

    /// <summary>What the header says of the disk.</summary>
    internal DiskTable ToMessage() => _table;

    private void RequireOpen()
    {
        if (IsEnded)
        {
            throw new InvalidOperationException($"Disk {Id} is ended.");
        }
    }

    private void Check(long pageIndex, TablePage page, ReadOnlySpan<Digest> digests)
    {
        var shape = _builder.Shape;
        if (pageIndex <= _lastPage || pageIndex >= shape.Pages || digests.Length != TreeShape.FanOut)
        {
            throw new ArgumentException($"Page {pageIndex} of {shape.Pages} cannot come here.", nameof(pageIndex));
        }

        var (count, zero) = (shape.ChildrenOf(0, pageIndex), shape.ZeroChild(0));
        if (digests[count..].ContainsAnyExcept(zero))
        {
            throw new ArgumentException("A digest beyond the disk's end is not that of zeros.", nameof(digests));
        }

        foreach (var slot in Slots.Of(page.Present))
        {
            var entry = page[slot];
            if (
                slot >= count
                || entry.New.Digest != digests[slot]
                || entry.New.IsZero && entry.New.Digest != zero
                || entry.Old is { IsZero: true } old && old.Digest != zero
            )
            {
                throw new ArgumentException($"Block {slot} of page {pageIndex} contradicts itself.", nameof(page));
            }
        }
    }
}
