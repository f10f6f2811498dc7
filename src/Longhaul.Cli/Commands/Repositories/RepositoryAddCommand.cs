using System.CommandLine;
using Longhaul.Catalog.Repositories;
using Longhaul.Cli.Hosting;
using Longhaul.Core;
using Longhaul.Storage.Stores;

namespace Longhaul.Cli.Commands.Repositories;

/// <summary><c>repository add NAME PATH</c></summary>
internal sealed class RepositoryAddCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "What the repository is to be called" };
    private readonly Argument<string> _path = new("PATH") { Description = "Its directory; made if it is missing" };

    /// <summary>Makes the command.</summary>
    public RepositoryAddCommand()
        : base(
            "add",
            "Adds a repository; a directory that is none yet becomes one",
            "longhaul repository add main /srv/backup",
            "longhaul repository add usb /media/usb/longhaul"
        )
    {
        Add(_name);
        Add(_path);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = NameResolver.NewName(context.Value(_name));
        var path = context.Value(_path);
        if (path.Contains("://", StringComparison.Ordinal))
        {
            throw Errors.UsageInvalid(
                $"{path} is no directory",
                "This version keeps repositories in directories only."
            );
        }

        var location = Path.GetFullPath(path);
        await CheckNameAsync(context, name, location, cancellationToken);
        var (descriptor, traits, isNew) = await RepositoryPlace.OpenOrMakeAsync(
            location,
            context.Now,
            cancellationToken
        );
        var entry = new RepositoryEntry(descriptor.Id, name, location, context.Now, traits);
        await using var work = await context.Catalog.WriteAsync(cancellationToken);
        if (await work.Repositories.FindAsync(entry.Id, cancellationToken) is { } known)
        {
            await CheckMovedAsync(known, entry, cancellationToken);
            context.Say($"'{name}' was moved from {known.Location}.");
            entry = entry with { AddedAt = known.AddedAt };
        }

        await work.Repositories.SaveAsync(entry, cancellationToken);
        await work.CommitAsync(cancellationToken);
        foreach (var remark in traits.Remarks)
        {
            context.Warn(remark);
        }

        if (!isNew)
        {
            context.Say($"{location} is a repository already; 'longhaul repository rescan {name}' finds its backups.");
        }

        await context.PrintRepositoryAsync(work, entry, cancellationToken);
        return ExitCodes.Done;
    }

    // Before the directory is touched: a mistyped name should not leave a repository behind.
    private static async Task CheckNameAsync(
        CommandContext context,
        string name,
        string location,
        CancellationToken cancellationToken
    )
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var entries = await view.Repositories.ListAsync(cancellationToken);
        if (entries.FirstOrDefault(entry => entry.Name == name) is not { } named)
        {
            return;
        }

        var there = Directory.Exists(location)
            ? await RepositoryPlace.ReadAsync(new DirectoryStore(location), cancellationToken)
            : null;
        if (there?.Id != named.Id)
        {
            throw Errors.RepositoryExists(name);
        }
    }

    private static async Task CheckMovedAsync(
        RepositoryEntry known,
        RepositoryEntry entry,
        CancellationToken cancellationToken
    )
    {
        if (
            known.Name != entry.Name
            || known.Location == entry.Location
            || await RepositoryPlace.IsAtAsync(known, cancellationToken)
        )
        {
            throw Errors.RepositoryKnown(known.Name, entry.Location, known.Location);
        }
    }
}
