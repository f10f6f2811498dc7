using Longhaul.Core;
using Longhaul.Format.Keys;
using Longhaul.Format.Log;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Folders;

/// <content>A plain backup becomes an encrypted one.</content>
public sealed partial class BackupFolder
{
    /// <summary>Makes the keys that a plain backup is to be encrypted with, or finds those of an attempt that was cut off.</summary>
    /// <param name="password">What is to open it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The keys, and their list, which counts for nothing until <see cref="EncryptAsync"/> names it.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public async ValueTask<(KeyListState Listed, BackupKeys Keys)> PrepareKeysAsync(
        NewPassword password,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(password);
        for (var number = 1; ; number++)
        {
            var left = await KeyListFiles
                .FindAsync(Store, Descriptor.Id, number, cancellationToken)
                .ConfigureAwait(false);
            if (left is null)
            {
                break;
            }

            if (left is var (list, listed) && list.Generation == 1 && list.Open(password.Password) is { } found)
            {
                return (listed, found);
            }
        }

        var (made, keys) = KeyList.Create(
            Descriptor.Id,
            password.Password,
            password.Hint,
            _clock.GetUtcNow(),
            password.Cost
        );
        return (await KeyListFiles.PutAsync(Store, made, cancellationToken).ConfigureAwait(false), keys);
    }

    /// <summary>Puts what was written anew, sealed, in the place of what is plain: one step, from which on the backup is
    /// encrypted.</summary>
    /// <param name="listed">The key list.</param>
    /// <param name="keys">What it holds.</param>
    /// <param name="content">All of the backup's segments and point files.</param>
    /// <param name="definition">The owning job's definition from now on; null: as it is.</param>
    /// <param name="session">The session that encrypts.</param>
    /// <param name="cancellationToken">Cancels the call before the record is put.</param>
    /// <returns>The state after the step.</returns>
    /// <exception cref="LonghaulException">backup.changed: something was added meanwhile, or another has encrypted it;
    /// backup.too-long: the list of what it holds does not fit into one record; store errors.</exception>
    public ValueTask<BackupState> EncryptAsync(
        KeyListState listed,
        BackupKeys keys,
        SealedContent content,
        ReadOnlyMemory<byte>? definition,
        SessionId session,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(content);
        return PutStepAsync(
            state =>
            {
                if (state.KeyList is not null)
                {
                    throw Errors.BackupChanged(Name, "another has encrypted it");
                }

                var after = content.PutInto(state, listed);
                if (!IsAtHome)
                {
                    // What goes its own way here is another instance, and not its old owner's.
                    after = after with
                    {
                        ContinuedAs = InstanceId.New(),
                        ContinuedIn = Place,
                        Owner = null,
                    };
                }

                if (definition is { } told)
                {
                    after = after with { JobDefinition = [.. told.Span] };
                }

                var draft = new RecordDraft("encrypt");
                draft.Open.Session = Google.Protobuf.ByteString.CopyFrom(session.ToBytes());
                var (open, sealedPart) = Messages.Whole(draft.Open, after);
                draft.Open.MergeFrom(open);
                draft.SealedPart.MergeFrom(sealedPart);
                draft.Files.UnionWith(content.Files);
                return RecordCodec.Fits(open, sealedPart) ? draft : throw Errors.BackupTooLong(Name);
            },
            keys,
            cancellationToken
        );
    }
}
