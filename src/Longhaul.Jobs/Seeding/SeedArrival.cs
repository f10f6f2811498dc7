using System.Globalization;
using Longhaul.Core;
using Longhaul.Engine.Progress;
using Longhaul.Engine.Seeding;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Seeds;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Seeding;

/// <summary>Brings the files of a checked seed into a repository, <c>backup.json</c> last.</summary>
/// <param name="store">The repository's store, from the top down.</param>
/// <param name="there">The seed's folder in it.</param>
/// <param name="list">The seed.</param>
/// <param name="report">That every file is sound, and where: in its folder in the repository first of all.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class SeedArrival(IObjectStore store, SeedPart there, SeedList list, SeedCheckReport report)
{
    private bool _hasRoom;

    /// <summary>Files that were brought by a rename.</summary>
    internal int Moved { get; private set; }

    /// <summary>Files that were copied.</summary>
    internal int Copied { get; private set; }

    /// <summary>Their bytes.</summary>
    internal long BytesCopied { get; private set; }

    /// <summary>Brings them.</summary>
    /// <param name="progress">Hears how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the call; what was brought stays.</param>
    /// <exception cref="LonghaulException">store errors; data errors: a file is gone since it was checked.</exception>
    internal async Task BringAsync(IRunProgress? progress, CancellationToken cancellationToken)
    {
        var heard = progress?.Begin(list.Name, "receiving", list.SizeBytes);
        foreach (var file in list.Files.OrderBy(file => file.Name == BackupNames.Backup))
        {
            var place = report.Places[file.Name];
            if (place.Part.Path != there.Path)
            {
                await BringAsync(place, cancellationToken).ConfigureAwait(false);
            }

            heard?.Advance(file.Length);
        }
    }

    private async Task BringAsync(SeedPlace place, CancellationToken cancellationToken)
    {
        var name = $"{Path.GetFileName(there.Path)}/{place.Name}";

        // What lies there is damaged, or the half of a copy: the sound file is elsewhere, since it was looked for here first.
        await store.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        if (
            await SeedTransport
                .TryMoveAsync(place.Part.Store, place.Name, store, name, cancellationToken)
                .ConfigureAwait(false)
        )
        {
            Moved++;
            return;
        }

        await RequireRoomAsync(cancellationToken).ConfigureAwait(false);
        BytesCopied += await SeedTransport
            .CopyAsync(place.Part.Store, place.Name, store, name, cancellationToken)
            .ConfigureAwait(false);
        Copied++;
    }

    /// <summary>Looks once, before the first copy, whether all that is left will find room.</summary>
    private async ValueTask RequireRoomAsync(CancellationToken cancellationToken)
    {
        if (_hasRoom)
        {
            return;
        }

        var present = await there
            .Store.ListAsync("", cancellationToken)
            .Select(item => item.Name)
            .ToHashSetAsync(cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        var needed = list.Files.Where(file => !present.Contains(file.Name)).Sum(file => file.Length);
        var capacity = await store.GetCapacityAsync(cancellationToken).ConfigureAwait(false);
        if (capacity is { } room && room.FreeBytes < needed)
        {
            throw Errors.StoreNoSpace(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{needed} bytes of the seed to {there.Path}, where {room.FreeBytes} are free"
                )
            );
        }

        _hasRoom = true;
    }
}
