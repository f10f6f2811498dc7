using System.Globalization;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Configuration;

/// <summary>Prints what a configuration file holds.</summary>
internal static class ConfigOutput
{
    /// <summary>Prints the counts.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="file">The file.</param>
    /// <param name="configuration">What it holds.</param>
    /// <param name="what">What was done, for people.</param>
    public static void PrintSummary(
        this CommandContext context,
        string file,
        Catalog.Configuration configuration,
        string what
    )
    {
        var summary = new ConfigSummaryDocument(
            file,
            configuration.Repositories.Count,
            configuration.Machines.Count,
            configuration.Jobs.Count
        );
        context.Print(
            summary,
            CliJson.Context.ConfigSummaryDocument,
            () =>
                new Text(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{what} {summary.Repositories} repositories, {summary.Machines} machines, {summary.Jobs} jobs.\n"
                    )
                )
        );
    }
}
