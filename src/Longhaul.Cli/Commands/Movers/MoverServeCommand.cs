using System.CommandLine;
using Longhaul.Cli.Commands.Repositories;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Core;
using Longhaul.Jobs.Repositories;
using Longhaul.Mover.Protocol;
using Longhaul.Mover.Serving;
using Longhaul.Storage.Leases;

namespace Longhaul.Cli.Commands.Movers;

/// <summary><c>mover serve --listen HOST:PORT --root DIR [--repository NAME=DIR …]</c></summary>
internal sealed class MoverServeCommand : CliCommand
{
    private readonly Option<string> _listen = new("--listen")
    {
        Description = "Address and port to listen on; port 0 takes a free one",
        HelpName = "HOST:PORT",
        Required = true,
    };

    private readonly Option<string> _root = MoverOptions.Root();
    private readonly Option<string[]> _repositories = CliOptions.List(
        "--repository",
        "NAME=DIR",
        "A repository to show, made if it is missing; without any: 'main', in the folder 'main' of --root"
    );

    /// <summary>Makes the command.</summary>
    public MoverServeCommand()
        : base(
            "serve",
            "Serves repositories to paired peers, until it is stopped",
            "longhaul mover serve --listen 0.0.0.0:9200 --root /var/lib/longhaul/mover --repository main=/srv/backup"
        )
    {
        Add(_listen);
        Add(_root);
        Add(_repositories);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var listen = ListenAddress.Parse(context.Value(_listen)!);
        var root = context.Root(_root);
        var named = Named(context.Value(_repositories)!, root.Path);
        RefuseNested(named, root.Path);
        var served = new List<ServedRepository>();
        foreach (var (name, path) in named)
        {
            var (_, traits, _) = await RepositoryPlace.OpenOrMakeAsync(path, context.Now, cancellationToken);
            served.Add(
                new ServedRepository(name, DirectoryOpener.Open(path, traits), traits.Capabilities, traits.Remarks)
            );
        }

        var options = new MoverServerOptions
        {
            Root = root,
            Listen = listen,
            Repositories = served,
            Clock = context.TimeProvider,
            BootId = new BootClock().BootId,
        };
        await using var server = await MoverServer.StartAsync(options, cancellationToken);
        var document = new MoverServingDocument(
            server.Address.ToString(),
            server.Fingerprint.ToString(),
            root.Path,
            [.. named.Select(each => new MoverServingDocument.ServedRepository(each.Name, each.Path))]
        );
        context.Print(
            document,
            CliJson.Context.MoverServingDocument,
            () =>
                PeopleTables.Facts([
                    ("Listening", document.Listening),
                    ("Fingerprint", document.Fingerprint),
                    ("Root", document.Root),
                    .. document.Repositories.Select(each => ("Repository", (string?)$"{each.Name} in {each.Path}")),
                ])
        );
        await context.Interaction.Output.FlushAsync(cancellationToken);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.TimeProvider, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Being stopped is how serving ends.
        }

        await server.StopAsync(CancellationToken.None);
        return ExitCodes.Done;
    }

    /// <summary>A repository that holds the root would show the mover's key, and one within another what is not for a peer.</summary>
    private static void RefuseNested(IReadOnlyList<(string Name, string Path)> named, string root)
    {
        foreach (var (name, path) in named)
        {
            if (IsWithin(root, path))
            {
                throw Errors.UsageInvalid(
                    $"repository '{name}' in {path} would show the mover's own root",
                    "Put --root and the repositories beside one another."
                );
            }

            if (named.Any(other => other.Name != name && IsWithin(path, other.Path)))
            {
                throw Errors.UsageInvalid(
                    $"repository '{name}' in {path} lies within another one",
                    "Give each --repository a folder of its own, beside the others."
                );
            }
        }
    }

    private static bool IsWithin(string inner, string outer) =>
        (Real(inner) + '/').StartsWith(Real(outer).TrimEnd('/') + '/', StringComparison.Ordinal);

    /// <summary>A path with the links in it followed, as far as it is there.</summary>
    private static string Real(string path)
    {
        var parent = Path.GetDirectoryName(path);
        var target = Directory.Exists(path) ? new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true) : null;
        return target is not null ? Real(target.FullName)
            : parent is null ? path
            : Path.Combine(Real(parent), Path.GetFileName(path));
    }

    private static List<(string Name, string Path)> Named(IReadOnlyList<string> given, string root)
    {
        var named = new List<(string Name, string Path)>();
        foreach (var text in given)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !MoverUrl.IsRepositoryName(text[..equals]) || equals + 1 == text.Length)
            {
                throw Errors.UsageInvalid(
                    $"'{text}' does not name a repository",
                    "Write --repository NAME=DIR, the name out of letters, digits, '.', '_' and '-'."
                );
            }

            if (named.Any(each => each.Name == text[..equals]))
            {
                throw Errors.UsageInvalid(
                    $"two repositories are called '{text[..equals]}'",
                    "Give each --repository a name of its own."
                );
            }

            named.Add((text[..equals], Path.GetFullPath(text[(equals + 1)..])));
        }

        return named.Count > 0 ? named : [("main", Path.Combine(root, "main"))];
    }
}
