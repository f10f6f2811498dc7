using Longhaul.Core;
using Longhaul.Core.Retention;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Logs;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Verifying;

/// <summary>Checks the descriptor, every record of the log, and what the log says of the chains.</summary>
/// <param name="folder">The backup.</param>
/// <param name="state">What its log says.</param>
/// <param name="damaged">Where damage goes.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class LogCheck(BackupFolder folder, BackupState state, DamageList damaged)
{
    /// <summary>Checks.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        await CheckDescriptorAsync(cancellationToken).ConfigureAwait(false);
        await CheckRecordsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var machine in state.Machines.Values)
        {
            foreach (var fault in ChainRules.Check(machine.Points))
            {
                damaged.Add(machine.Points, machine.Name, new Fault(BackupNames.Record(state.Number), 0, fault));
            }
        }
    }

    private async ValueTask CheckDescriptorAsync(CancellationToken cancellationToken)
    {
        const int MaxSize = 1 << 20;
        try
        {
            var file =
                await folder.Store.ReadWholeAsync(BackupNames.Backup, MaxSize, cancellationToken).ConfigureAwait(false)
                ?? throw Errors.DataMissing(BackupNames.Backup);
            if (BackupDescriptor.Decode(BackupNames.Backup, file) != folder.Descriptor)
            {
                throw Errors.DataDamaged(BackupNames.Backup, 0, "it has changed since the backup was opened");
            }
        }
        catch (LonghaulException error) when (Fault.IsOne(error))
        {
            damaged.Add(state.Points, null, Fault.Of(error));
        }
    }

    private async ValueTask CheckRecordsAsync(CancellationToken cancellationToken)
    {
        var log = new BackupLog(folder.Store);
        var newestWhole = state.Number - state.SinceWhole;
        Digest? previous = null;
        for (long number = 1; number <= state.Number; number++)
        {
            var name = BackupNames.Record(number);
            try
            {
                var entry =
                    await log.ReadAsync(number, cancellationToken).ConfigureAwait(false)
                    ?? throw Errors.DataMissing(name);
                if (previous is { } hash && !entry.Open.Previous.Span.SequenceEqual(hash.ToBytes()))
                {
                    throw Errors.DataDamaged(name, 0, $"it does not follow record {number - 1}");
                }

                if (number == state.Number && entry.Hash != state.Head)
                {
                    throw Errors.DataDamaged(name, 0, "it has changed since the backup was opened");
                }

                previous = entry.Hash;
            }
            catch (LonghaulException error) when (Fault.IsOne(error))
            {
                // The state is read from the newest whole record on; older ones are history.
                damaged.Add(number >= newestWhole ? state.Points : [], null, Fault.Of(error));
                previous = null;
            }
        }
    }
}
