using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Keys;
using Longhaul.Format.Log;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Logs;

/// <summary>Reads and puts the records of one backup's log.</summary>
/// <remarks>
/// <para>Invariant kept here: record n names the hash of record n - 1, and is put only if no record n exists. A number
/// once taken is never free again, so of two writers that prepared against the same record one learns that he lost.</para>
/// <para>Source: docs/format.md, section "Log record".</para>
/// </remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class BackupLog(IObjectStore folder)
{
    /// <summary>What sealed parts are opened with; null for nothing.</summary>
    public BackupKeys? Keys { get; set; }

    /// <summary>Records that are read at a time where there are many to read.</summary>
    private const int Batch = 32;

    /// <summary>Finds the newest record's number.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>0 when there is no record.</returns>
    /// <exception cref="LonghaulException">data.damaged: a file that is no record lies in the log.</exception>
    public async ValueTask<long> FindHeadAsync(CancellationToken cancellationToken)
    {
        long head = 0;
        await foreach (var file in folder.ListAsync(BackupNames.LogFolder, cancellationToken).ConfigureAwait(false))
        {
            if (!BackupNames.TryParseRecord(file.Name, out var number))
            {
                throw Errors.DataDamaged(file.Name, 0, "a file that is no record lies in the log");
            }

            head = Math.Max(head, number);
        }

        return head;
    }

    /// <summary>Reads back from a record to the newest whole one, or to the first.</summary>
    /// <param name="head">The number to begin at, at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Oldest first; the hash chain between them is checked.</returns>
    /// <exception cref="LonghaulException">data.missing, data.damaged, format.unsupported.</exception>
    public async ValueTask<IReadOnlyList<LogEntry>> ReadBackAsync(long head, CancellationToken cancellationToken)
    {
        var entries = new List<LogEntry>();
        for (var number = head; number > 0; number = head - entries.Count)
        {
            var batch = await ReadBatchBackAsync(number, entries.Count, cancellationToken).ConfigureAwait(false);
            foreach (var (found, error) in batch)
            {
                var entry = found ?? throw error!;
                if (entries.Count > 0)
                {
                    CheckLink(entry.Hash, entries[^1]);
                }

                entries.Add(entry);
                if (entry.Open.Whole)
                {
                    entries.Reverse();
                    return entries;
                }
            }
        }

        entries.Reverse();
        return entries;
    }

    /// <summary>Reads the records after one that is known.</summary>
    /// <param name="number">The known record's number.</param>
    /// <param name="hash">Its hash; the next record must name it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Oldest first; empty when there is none.</returns>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported.</exception>
    public async ValueTask<IReadOnlyList<LogEntry>> ReadOnAsync(
        long number,
        Digest hash,
        CancellationToken cancellationToken
    )
    {
        var entries = new List<LogEntry>();
        while (await ReadAsync(number + 1, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            CheckLink(hash, entry);
            entries.Add(entry);
            (number, hash) = (entry.Number, entry.Hash);
        }

        return entries;
    }

    /// <summary>Reads one record.</summary>
    /// <param name="number">Its number, at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when there is no such record.</returns>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported.</exception>
    public async ValueTask<LogEntry?> ReadAsync(long number, CancellationToken cancellationToken)
    {
        var name = RecordCodec.RecordName(number);
        var bytes = await folder.ReadWholeAsync(name, RecordCodec.MaxSize, cancellationToken).ConfigureAwait(false);
        if (bytes is null)
        {
            return null;
        }

        var record = RecordCodec.Decode(name, bytes, Keys);
        return record.Open.Number == (ulong)number
            ? EntryOf(record, bytes)
            : throw Errors.DataDamaged(name, 0, $"it says it is record {record.Open.Number}");
    }

    /// <summary>Takes a record that was read before there were keys, and opens its sealed part.</summary>
    /// <param name="entry">The record.</param>
    /// <exception cref="LonghaulException">data.damaged: nobody who has the key vouches for it.</exception>
    public LogEntry Open(LogEntry entry) =>
        EntryOf(RecordCodec.Decode(RecordCodec.RecordName(entry.Number), entry.File, Keys), entry.File);

    /// <summary>Puts a record, if its number is free.</summary>
    /// <remarks>Where the answer was lost, or a store tried again what it had done already, the record itself is asked: a
    /// number taken by these very bytes was taken by this call. A store that answered with a failure is believed: the
    /// record may lie there, but it is not durable (its folder could not be flushed), and nobody may be told that it is.</remarks>
    /// <param name="open">The open part, with number and previous set.</param>
    /// <param name="sealedPart">The sealed part.</param>
    /// <param name="keys">The newest of them seals it and vouches for it; null in a plain backup, or where the writer has no
    /// key.</param>
    /// <param name="cancellationToken">Cancels the call; the record may then have been put or not.</param>
    /// <returns>The record as it lies there now; null when the number was taken.</returns>
    public async ValueTask<LogEntry?> PutAsync(
        Record open,
        Sealed sealedPart,
        BackupKeys? keys,
        CancellationToken cancellationToken
    )
    {
        var name = RecordCodec.RecordName(checked((long)open.Number));
        var bytes = RecordCodec.Encode(open, sealedPart, keys?.Newest);

        // Read back what is about to be committed: a record nobody can read must never become the head.
        var entry = EntryOf(RecordCodec.Decode(name, bytes, keys), bytes);
        bool isPut;
        try
        {
            isPut = await folder.PutIfAbsentAsync(name, bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.Retry == Retry.Later)
        {
            if (!await IsThereAsync(name, bytes, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }

            isPut = true;
        }

        return isPut || await IsThereAsync(name, bytes, cancellationToken).ConfigureAwait(false) ? entry : null;
    }

    private static LogEntry EntryOf(DecodedRecord record, ReadOnlyMemory<byte> bytes) =>
        new(
            (long)record.Open.Number,
            record.Open,
            record.SealedPart ?? new Sealed(),
            record.KeyGeneration,
            RecordCodec.HashOf(bytes.Span),
            bytes
        );

    /// <summary>Reads the next record back, and a whole batch at a time once the way to the newest whole one is long.</summary>
    /// <returns>Newest first. What is wrong with one matters only when it is needed: the batch may reach too far.</returns>
    private async ValueTask<IReadOnlyList<(LogEntry? Entry, LonghaulException? Error)>> ReadBatchBackAsync(
        long number,
        int soFar,
        CancellationToken cancellationToken
    )
    {
        var count = soFar < Batch ? 1 : (int)Math.Min(Batch, number);
        var reads = Enumerable.Range(0, count).Select(back => TryReadAsync(number - back, cancellationToken));
        return await Task.WhenAll(reads).ConfigureAwait(false);
    }

    private async Task<(LogEntry? Entry, LonghaulException? Error)> TryReadAsync(
        long number,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var entry = await ReadAsync(number, cancellationToken).ConfigureAwait(false);
            return (entry, entry is null ? Errors.DataMissing(RecordCodec.RecordName(number)) : null);
        }
        catch (LonghaulException error)
        {
            return (null, error);
        }
    }

    private async ValueTask<bool> IsThereAsync(string name, byte[] bytes, CancellationToken cancellationToken)
    {
        var there = await folder.ReadWholeAsync(name, RecordCodec.MaxSize, cancellationToken).ConfigureAwait(false);
        return there is not null && there.AsSpan().SequenceEqual(bytes);
    }

    private static void CheckLink(Digest previous, LogEntry entry)
    {
        // Record 1 follows nothing; its codec has checked that it names nothing.
        if (entry.Number > 1 && (!Digest.TryRead(entry.Open.Previous.Span, out var named) || named != previous))
        {
            throw Errors.DataDamaged(
                RecordCodec.RecordName(entry.Number),
                0,
                $"it does not follow record {entry.Number - 1}: one of the two is from another history"
            );
        }
    }
}
