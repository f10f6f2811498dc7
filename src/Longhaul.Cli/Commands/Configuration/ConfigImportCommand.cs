using System.CommandLine;
using Longhaul.Catalog;
using Longhaul.Cli.Hosting;
using Longhaul.Core;

namespace Longhaul.Cli.Commands.Configuration;

/// <summary><c>config import FILE</c>: adds what is missing and replaces what has the same id, all or nothing.</summary>
internal sealed class ConfigImportCommand : CliCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "A file that 'config export' wrote" };

    /// <summary>Makes the command.</summary>
    public ConfigImportCommand()
        : base(
            "import",
            "Adds repositories, machines and jobs from a file; those with the same id are replaced",
            "longhaul config import longhaul.json"
        )
    {
        Add(_file);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var file = Path.GetFullPath(context.Value(_file));
        var configuration = ConfigurationJson.Decode(file, await ReadAsync(file, cancellationToken));
        await using (var work = await context.Catalog.WriteAsync(cancellationToken))
        {
            foreach (var repository in configuration.Repositories)
            {
                await work.Repositories.SaveAsync(repository, cancellationToken);
            }

            foreach (var machine in configuration.Machines)
            {
                await work.Machines.SaveAsync(machine, cancellationToken);
            }

            foreach (var job in configuration.Jobs)
            {
                await work.Jobs.SaveAsync(job, cancellationToken);
            }

            await work.CommitAsync(cancellationToken);
        }

        context.PrintSummary(file, configuration, "Imported");
        return ExitCodes.Done;
    }

    private static async Task<byte[]> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(file, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Errors.FileUnreadable(file, error);
        }
    }
}
