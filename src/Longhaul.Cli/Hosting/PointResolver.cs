using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Naming;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Format.Descriptors;

namespace Longhaul.Cli.Hosting;

/// <summary>Finds the restore point that a POINT on a line means.</summary>
/// <remarks>An id or its beginning; or <c>BACKUP[/MACHINE]@latest</c>, <c>…@TIME</c> (the newest not after it), <c>…@ID</c>.
/// A point that lies in several backups under one id, since a folder was carried, is the same wherever it is read.</remarks>
internal static class PointResolver
{
    /// <summary>Finds the point.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="text">What stands on the line.</param>
    /// <param name="mustBeOne">Whether a point that lies in several backups is ambiguous: when it is to be changed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The backup and the point as the catalog knows them.</returns>
    /// <exception cref="LonghaulException">point.not-found, backup.not-found, name.ambiguous; store.unreachable: the catalog
    /// knows the point, and its repository is not there.</exception>
    public static async Task<FoundPoint> FindAsync(
        CommandContext context,
        string text,
        bool mustBeOne,
        CancellationToken cancellationToken
    )
    {
        var at = text.LastIndexOf('@');
        return at < 0
            ? await FindByIdAsync(context, text, mustBeOne, cancellationToken)
            : await FindInBackupAsync(context, text[..at], text[(at + 1)..], text, cancellationToken);
    }

    private static async Task<FoundPoint> FindByIdAsync(
        CommandContext context,
        string text,
        bool mustBeOne,
        CancellationToken cancellationToken
    )
    {
        const int Enough = 50;
        var names = await context.RepositoryNamesAsync(cancellationToken);
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var found = NameLookup.IsPrefix(text)
            ? await view.Backups.FindPointsAsync(text.ToLowerInvariant(), Enough, cancellationToken)
            : [];
        if (found.Count == 0)
        {
            throw Errors.PointNotFound(text);
        }

        var ids = found.Select(place => place.Point).Distinct().ToArray();
        if (ids.Length > 1)
        {
            throw Errors.NameAmbiguous(text, [.. ids.Select(id => id.ToString())]);
        }

        if (found.Count > 1 && mustBeOne)
        {
            var labels = found.Select(place =>
                $"{names.GetValueOrDefault(place.Repository)}/{place.Folder}@{place.Point.ToString()[..8]}"
            );
            throw Errors.NameAmbiguous(text, [.. labels]);
        }

        var workplace = context.Workplace();
        LonghaulException? away = null;
        foreach (var place in found)
        {
            var entry = await view.Backups.FindAsync(place.Repository, place.Folder, cancellationToken);
            var chains = await view.Backups.GetChainsAsync(place.Repository, place.Folder, cancellationToken);
            var chain = chains.FirstOrDefault(chain => chain.MachineId == place.Machine);
            var point = chain?.Points.FirstOrDefault(point => point.Point.Id == place.Point);
            if (entry is null || point is null)
            {
                continue;
            }

            try
            {
                var opened = await workplace.OpenRepositoryAsync(entry.Repository, cancellationToken);
                var descriptor = $"{entry.Folder}/{BackupNames.Backup}";
                if (await opened.Store.GetLengthAsync(descriptor, cancellationToken) is not null)
                {
                    return new FoundPoint(entry, chain!, point);
                }
            }
            catch (LonghaulException error) when (IsAway(error))
            {
                // A repository that is out of reach has lost no point.
                away ??= error;
            }
        }

        throw away ?? Errors.PointNotFound(text);
    }

    private static bool IsAway(LonghaulException error) =>
        error.Code == "store.unreachable" || error.Code.StartsWith("mover.", StringComparison.Ordinal);

    private static async Task<FoundPoint> FindInBackupAsync(
        CommandContext context,
        string place,
        string which,
        string whole,
        CancellationToken cancellationToken
    )
    {
        var (entry, machine) = await PlaceAsync(context, place, cancellationToken);
        entry = await context.CatchUpAsync(entry, cancellationToken);
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var chains = await view.Backups.GetChainsAsync(entry.Repository, entry.Folder, cancellationToken);
        var named = machine is null ? null : await FindMachineAsync(view, machine, cancellationToken);
        var candidates = chains
            .Where(chain =>
                machine is null
                || chain.Machine == machine
                || chain.MachineId.ToString() == machine
                || (chain.Machine is null && chain.MachineId == named)
            )
            .Where(chain => chain.Points.Count > 0)
            .ToArray();
        if (candidates.Length > 1 && machine is null)
        {
            throw Errors.NameAmbiguous(
                whole,
                [.. candidates.Select(chain => $"{place}/{chain.Machine ?? chain.MachineId.ToString()}@{which}")]
            );
        }

        foreach (var chain in candidates)
        {
            if (Pick(chain, which) is { } point)
            {
                return new FoundPoint(entry, chain, point);
            }
        }

        throw Errors.PointNotFound(whole);
    }

    /// <summary>The machine that has a name here: an encrypted backup does not tell its machines' names.</summary>
    private static async Task<MachineId?> FindMachineAsync(
        Catalog.ICatalogWork view,
        string name,
        CancellationToken cancellationToken
    ) => (await view.Machines.ListAsync(cancellationToken)).FirstOrDefault(machine => machine.Name == name)?.Id;

    private static async Task<(BackupEntry Entry, string? Machine)> PlaceAsync(
        CommandContext context,
        string place,
        CancellationToken cancellationToken
    )
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var slash = place.LastIndexOf('/');
        if (slash < 0)
        {
            return (await NameResolver.BackupAsync(view, place, cancellationToken), null);
        }

        try
        {
            return (await NameResolver.BackupAsync(view, place, cancellationToken), null);
        }
        catch (LonghaulException error) when (error.Code == "backup.not-found")
        {
            return (await NameResolver.BackupAsync(view, place[..slash], cancellationToken), place[(slash + 1)..]);
        }
    }

    private static CachedPoint? Pick(CachedChain chain, string which)
    {
        if (which == "latest")
        {
            return chain.Points[^1];
        }

        if (InstantValue.TryParse(which, out var time))
        {
            return chain.Points.LastOrDefault(point => point.Point.CreatedAt <= time);
        }

        return NameLookup.IsPrefix(which)
            ? chain.Points.FirstOrDefault(point =>
                point.Point.Id.ToString().StartsWith(which, StringComparison.OrdinalIgnoreCase)
            )
            : null;
    }
}

/// <summary>A restore point that was found.</summary>
/// <param name="Backup">The backup it lies in.</param>
/// <param name="Chain">Its machine's chain.</param>
/// <param name="Point">The point.</param>
internal sealed record FoundPoint(BackupEntry Backup, CachedChain Chain, CachedPoint Point)
{
    /// <summary>The point itself.</summary>
    public RestorePoint RestorePoint => Point.Point;
}
