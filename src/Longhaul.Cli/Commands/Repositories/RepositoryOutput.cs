using System.Globalization;
using Longhaul.Catalog;
using Longhaul.Catalog.Repositories;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Storage.Stores;

namespace Longhaul.Cli.Commands.Repositories;

/// <summary>Prints one repository.</summary>
internal static class RepositoryOutput
{
    /// <summary>Prints the repository, whole, and asks its place how it is.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="work">The catalog.</param>
    /// <param name="entry">The repository.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task PrintRepositoryAsync(
        this CommandContext context,
        ICatalogWork work,
        RepositoryEntry entry,
        CancellationToken cancellationToken
    )
    {
        var backups = await work.Backups.ListAsync(entry.Id, cancellationToken);
        var (reachable, capacity) = await AskAsync(context, entry, cancellationToken);
        var document = RepositoryDocument.Of(entry, backups.Count) with
        {
            Reachable = reachable,
            CapacityBytes = capacity?.TotalBytes,
            FreeBytes = capacity?.FreeBytes,
            Capabilities = entry.Traits?.Capabilities ?? new Dictionary<string, string>(),
            Remarks = entry.Traits?.Remarks ?? [],
            Backups = [.. backups.Select(backup => backup.Folder)],
        };
        context.Print(document, CliJson.Context.RepositoryDocument, () => PeopleTables.Facts(Facts(document)));
    }

    private static async Task<(bool Reachable, StoreCapacity? Capacity)> AskAsync(
        CommandContext context,
        RepositoryEntry entry,
        CancellationToken cancellationToken
    )
    {
        // Showing what is known must work while the disk is away; the document says that it is.
        if (!await RepositoryPlace.IsAtAsync(context.Repositories, entry, cancellationToken))
        {
            return (false, null);
        }

        var store = (await context.Repositories.OpenAsync(entry, cancellationToken)).Store;
        return (true, await store.GetCapacityAsync(cancellationToken));
    }

    private static List<(string, string?)> Facts(RepositoryDocument repository) =>
        [
            ("Repository", repository.Name),
            ("Id", repository.Id),
            ("Location", repository.Location),
            ("Added", InstantValue.FormatShort(repository.Added)),
            ("Reachable", repository.Reachable == true ? "yes" : "no: not there, or another repository lies there"),
            ("Free", repository.FreeBytes is { } free ? SizeValue.Format(free) : null),
            ("Capacity", repository.CapacityBytes is { } all ? SizeValue.Format(all) : null),
            ("Backups", repository.BackupCount.ToString(CultureInfo.InvariantCulture)),
            .. repository.Remarks!.Select(remark => ("Remark", (string?)remark)),
        ];
}
