using Longhaul.Catalog.Repositories;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Format;
using Longhaul.Format.Descriptors;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.Stores;

namespace Longhaul.Cli.Commands.Repositories;

/// <summary>Makes a directory a repository, or finds out that it is one.</summary>
internal static class RepositoryPlace
{
    private const int LongestDescriptor = 1 << 20;

    /// <summary>Probes a directory, making it if it is missing, and reads or writes its <c>repository.json</c>.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="now">When it is made, UTC.</param>
    /// <param name="cancellationToken">Cancels the call; the directory may then be there.</param>
    /// <returns>The repository's descriptor, what the probe found, and whether it was made just now.</returns>
    /// <exception cref="LonghaulException">store.*, data.damaged, format.unsupported.</exception>
    public static async Task<(RepositoryDescriptor Descriptor, StoreTraits Traits, bool IsNew)> OpenOrMakeAsync(
        string path,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var store = await DirectoryStore.CreateDirectoryAsync(path, cancellationToken);
        var traits = Describe(await StoreProbe.RunAsync(store, cancellationToken));
        if (await ReadAsync(store, cancellationToken) is { } present)
        {
            return (present, traits, IsNew: false);
        }

        var descriptor = new RepositoryDescriptor(RepositoryId.New(), FormatVersion.Current, now, traits.Capabilities);
        if (await store.PutIfAbsentAsync(BackupNames.Repository, descriptor.Encode(), cancellationToken))
        {
            return (descriptor, traits, IsNew: true);
        }

        // Somebody else made it a repository in this moment.
        var theirs = await ReadAsync(store, cancellationToken) ?? throw Errors.StoreUnreachable(path);
        return (theirs, traits, IsNew: false);
    }

    /// <summary>Reads a repository's descriptor.</summary>
    /// <param name="store">The store at the repository's top.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when the place is no repository.</returns>
    /// <exception cref="LonghaulException">store.*, data.damaged, format.unsupported.</exception>
    public static async Task<RepositoryDescriptor?> ReadAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        var length = await store.GetLengthAsync(BackupNames.Repository, cancellationToken);
        if (length is null)
        {
            return null;
        }

        if (length > LongestDescriptor)
        {
            throw Errors.DataDamaged(BackupNames.Repository, LongestDescriptor, "it is far too long");
        }

        var bytes = new byte[length.Value];
        var read = await store.ReadAsync(BackupNames.Repository, 0, bytes, cancellationToken);
        return read is { } count ? RepositoryDescriptor.Decode(BackupNames.Repository, bytes.AsSpan(0, count)) : null;
    }

    /// <summary>Whether a repository lies where its entry says.</summary>
    /// <param name="opener">Opens it.</param>
    /// <param name="entry">The repository.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False also when the place cannot be reached.</returns>
    public static async Task<bool> IsAtAsync(
        IRepositoryOpener opener,
        RepositoryEntry entry,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var store = (await opener.OpenAsync(entry, cancellationToken)).Store;
            return (await ReadAsync(store, cancellationToken))?.Id == entry.Id;
        }
        catch (LonghaulException error)
            when (error.Code.StartsWith("store.", StringComparison.Ordinal)
                || error.Code.StartsWith("mover.", StringComparison.Ordinal)
            )
        {
            // The answer is whether it can be found there, and it cannot.
            return false;
        }
    }

    /// <summary>Says what a probe found: what programs read of it, and what people should know.</summary>
    /// <param name="abilities">What it found.</param>
    private static StoreTraits Describe(StoreAbilities abilities)
    {
        var remarks = new List<string>();
        if (!abilities.IsSafeForSeveralHosts)
        {
            remarks.Add(
                "this file system can put a file without replacing another only under a lock: use it from one host"
            );
        }

        if (!abilities.HasLocks)
        {
            remarks.Add("this file system has no locks: what an interrupted run has written is not taken over");
        }

        if (!abilities.IsCaseSensitive)
        {
            remarks.Add("names that differ in case only are one name here");
        }

        if (!abilities.TakesLongestNames)
        {
            remarks.Add("this file system does not keep long names as they are: choose short job names");
        }

        return new StoreTraits
        {
            Capabilities = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["placement"] = JsonWords.Of(abilities.Placement),
                ["locks"] = abilities.HasLocks ? "yes" : "no",
                ["names"] = abilities.IsCaseSensitive ? "case-sensitive" : "case-insensitive",
                ["long-names"] = abilities.TakesLongestNames ? "yes" : "no",
                ["protect"] = abilities.ProtectionObstacle is null ? "yes" : "no",
            },
            Remarks = remarks,
        };
    }
}
