using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Mover.Pairing;

namespace Longhaul.Cli.Commands.Movers;

/// <summary>What the commands at a mover have in common.</summary>
internal static class MoverOptions
{
    /// <summary>Where the mover's certificate and peers are.</summary>
    public static Option<string> Root() =>
        new("--root")
        {
            Description = "Folder with the mover's certificate and its paired peers; made if it is missing",
            HelpName = "DIR",
            Required = true,
        };

    /// <summary>The root that stands on the line.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="root">The option.</param>
    public static MoverRoot Root(this CommandContext context, Option<string> root) =>
        new(Path.GetFullPath(context.Value(root)!));
}
