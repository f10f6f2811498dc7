using System.Numerics;
using System.Runtime.InteropServices;
using Longhaul.Core;
using Longhaul.Format.Digests;
using Longhaul.Format.Points;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.Points;

/// <summary>One disk of a point that is being built: its table, and the page of it that is being filled.</summary>
/// <param name="table">Takes the pages.</param>
/// <param name="baseline">What the disk's blocks are compared with; null when there is nothing.</param>
/// <param name="complete">Whether the table names every block that is not zero.</param>
/// <param name="unchanged">Where a complete table gets what no outcome comes for; null when that is zero.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class DiskInProgress(
    DiskTableWriter table,
    Baseline? baseline,
    bool complete,
    UnchangedPages? unchanged
)
{
    private readonly TableEntry[] _entries = new TableEntry[DiskView.Fanout];
    private ulong _present;

    internal DiskTableWriter Table => table;

    internal UnchangedPages? Unchanged => unchanged;

    internal long Page { get; private set; } = -1;

    internal Digest[] Digests { get; private set; } = [];

    internal ulong ChangedInPage { get; private set; }

    internal async ValueTask BeginPageAsync(long page, int blockSize, CancellationToken cancellationToken)
    {
        Page = page;
        ChangedInPage = 0;
        if (!complete && baseline is not null)
        {
            Digests = (Digest[])(await baseline.DigestsAsync(page, cancellationToken).ConfigureAwait(false)).Clone();
            return;
        }

        if (unchanged is not null)
        {
            Fill(await unchanged.ReadAsync(page, cancellationToken).ConfigureAwait(false));
            return;
        }

        Digests = new Digest[DiskView.Fanout];
        Array.Fill(Digests, DigestTree.Zero(DigestTree.LevelOf(blockSize)));
    }

    private void Fill(BlockVersion[] versions)
    {
        Digests = [.. versions.Select(version => version.Digest)];
        for (var slot = 0; slot < versions.Length; slot++)
        {
            if (versions[slot].Address is not null)
            {
                _present |= 1UL << slot;
                _entries[slot] = new TableEntry(versions[slot], null);
            }
        }
    }

    internal void Set(int slot, BlockVersion version, BlockVersion old, bool changed)
    {
        Digests[slot] = version.Digest;
        if (changed)
        {
            ChangedInPage |= 1UL << slot;
        }

        if (complete ? version.Address is not null : changed)
        {
            _present |= 1UL << slot;
            _entries[slot] = new TableEntry(version, complete ? null : old);
        }
        else
        {
            _present &= ~(1UL << slot);
        }
    }

    internal TablePage? TakePage()
    {
        if (_present == 0)
        {
            return null;
        }

        var named = new List<TableEntry>(DiskView.Fanout);
        for (var open = _present; open != 0; open &= unchecked(open - 1))
        {
            named.Add(_entries[BitOperations.TrailingZeroCount(open)]);
        }

        var page = new TablePage(_present, CollectionsMarshal.AsSpan(named));
        _present = 0;
        return page;
    }
}
