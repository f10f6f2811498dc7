using System.Reflection;
using System.Runtime.InteropServices;
using Longhaul.Catalog.Sqlite;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Format;
using Spectre.Console;

namespace Longhaul.Cli.Commands.General;

/// <summary><c>version</c></summary>
internal sealed class VersionCommand : CliCommand
{
    /// <summary>Makes the command.</summary>
    public VersionCommand()
        : base("version", "Shows the program's version", "longhaul version", "longhaul version --json") { }

    /// <inheritdoc/>
    public override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var document = new VersionDocument(
            typeof(VersionCommand)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
                ?.InformationalVersion.Split('+')[0]
                ?? "0",
            RuntimeInformation.FrameworkDescription,
            CatalogContext.SchemaVersion,
            FormatVersion.Current
        );
        context.Print(
            document,
            CliJson.Context.VersionDocument,
            () => new Text($"longhaul {document.Version} ({document.Runtime})\n")
        );
        return Task.FromResult(ExitCodes.Done);
    }
}
