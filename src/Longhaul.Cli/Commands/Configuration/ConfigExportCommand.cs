using System.CommandLine;
using Longhaul.Catalog;
using Longhaul.Cli.Hosting;
using Longhaul.Core;

namespace Longhaul.Cli.Commands.Configuration;

/// <summary><c>config export FILE</c></summary>
internal sealed class ConfigExportCommand : CliCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "Where to; an existing file is replaced" };

    /// <summary>Makes the command.</summary>
    public ConfigExportCommand()
        : base(
            "export",
            "Writes repositories, machines and jobs to a file, without secrets",
            "longhaul config export longhaul.json"
        )
    {
        Add(_file);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var configuration = new Catalog.Configuration(
            Catalog.Configuration.CurrentVersion,
            await view.Repositories.ListAsync(cancellationToken),
            await view.Machines.ListAsync(cancellationToken),
            await view.Jobs.ListAsync(cancellationToken)
        );
        var file = Path.GetFullPath(context.Value(_file));
        try
        {
            await File.WriteAllBytesAsync(file, ConfigurationJson.Encode(configuration), cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Errors.FileUnreadable(file, error);
        }

        context.PrintSummary(file, configuration, "Exported");
        return ExitCodes.Done;
    }
}
