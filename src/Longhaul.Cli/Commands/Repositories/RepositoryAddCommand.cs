using System.CommandLine;
using Longhaul.Catalog;
using Longhaul.Catalog.Repositories;
using Longhaul.Cli.Hosting;
using Longhaul.Core;

namespace Longhaul.Cli.Commands.Repositories;

/// <summary><c>repository add NAME PATH|URL</c></summary>
internal sealed class RepositoryAddCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "What the repository is to be called" };
    private readonly Argument<string> _path = new("PATH|URL")
    {
        Description = "Its directory, made if it is missing; or mover://HOST:PORT/NAME",
    };

    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = "File with the token that 'longhaul mover invite' printed: pairs with the mover first",
        HelpName = "F",
    };

    /// <summary>Makes the command.</summary>
    public RepositoryAddCommand()
        : base(
            "add",
            "Adds a repository; a directory that is none yet becomes one",
            "longhaul repository add main /srv/backup",
            "longhaul repository add usb /media/usb/longhaul",
            "longhaul repository add offsite mover://backup.example.com:9200/main --token-file offsite.token"
        )
    {
        Add(_name);
        Add(_path);
        Add(_tokenFile);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = NameResolver.NewName(context.Value(_name));
        var url = RepositoryOpener.FindUrl(context.Value(_path));
        if (url is null && context.IsGiven(_tokenFile))
        {
            throw Errors.UsageInvalid(
                "--token-file is for a repository behind a mover",
                "Name it as mover://HOST:PORT/NAME, or leave the token away."
            );
        }

        var location = url?.ToString() ?? Path.GetFullPath(context.Value(_path));
        if (url is null)
        {
            // Before the directory is touched: a mistyped name should not leave a repository behind.
            await CheckNameAsync(context, name, location, cancellationToken);
        }

        var (descriptor, traits, isNew) = url is null
            ? await RepositoryPlace.OpenOrMakeAsync(location, context.Now, cancellationToken)
            : await RepositoryBehindMover.OpenAsync(context, url, context.Value(_tokenFile), cancellationToken);
        var entry = new RepositoryEntry(descriptor.Id, name, location, context.Now, traits);
        await using var work = await context.Catalog.WriteAsync(cancellationToken);
        if (await work.Repositories.FindAsync(entry.Id, cancellationToken) is not { } known)
        {
            await RefuseNameAsync(work, name, cancellationToken);
        }
        else if (context.IsGiven(_tokenFile) && known.Name == name && known.Location == location)
        {
            entry = entry with { AddedAt = known.AddedAt };
        }
        else
        {
            await CheckMovedAsync(context, known, entry, cancellationToken);
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

    private static async Task RefuseNameAsync(ICatalogWork work, string name, CancellationToken cancellationToken)
    {
        var entries = await work.Repositories.ListAsync(cancellationToken);
        if (entries.Any(entry => entry.Name == name))
        {
            throw Errors.RepositoryExists(name);
        }
    }

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

        // Its name moves with it: then the same repository has to be there.
        if (
            !await RepositoryPlace.IsAtAsync(
                context.Repositories,
                named with
                {
                    Location = location,
                },
                cancellationToken
            )
        )
        {
            throw Errors.RepositoryExists(name);
        }
    }

    private static async Task CheckMovedAsync(
        CommandContext context,
        RepositoryEntry known,
        RepositoryEntry entry,
        CancellationToken cancellationToken
    )
    {
        if (
            known.Name != entry.Name
            || known.Location == entry.Location
            || await RepositoryPlace.IsAtAsync(context.Repositories, known, cancellationToken)
        )
        {
            throw Errors.RepositoryKnown(known.Name, entry.Location, known.Location);
        }
    }
}
