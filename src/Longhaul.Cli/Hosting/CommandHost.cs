using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using Longhaul.Catalog;
using Longhaul.Cli.Interaction;
using Longhaul.Cli.Output;
using Longhaul.Core;

namespace Longhaul.Cli.Hosting;

/// <summary>Runs one command line, and turns whatever comes of it into output and an exit code.</summary>
/// <remarks>With --json there is exactly one document on standard output whatever happens: the command's own, or the
/// error's.</remarks>
/// <param name="interaction">Who started the program.</param>
/// <param name="openCatalog">Names the catalog of a home; nothing is opened.</param>
/// <param name="timeProvider">The clock.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class CommandHost(
    IInteraction interaction,
    Func<GlobalOptions, ICatalog> openCatalog,
    TimeProvider timeProvider
)
{
    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl-C.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "The outermost edge: a mistake must be printed as one too.")]
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var (root, globals) = CommandTree.Build();
        var line = root.Parse(arguments);
        var json = arguments.Contains(GlobalOptionSet.JsonName);
        var debug = false;
        try
        {
            if (line.Action is HelpWithExamples || line.Action?.GetType().Namespace?.Contains("Completion") == true)
            {
                return await PrintLibraryTextAsync(line, json, cancellationToken);
            }

            if (line.Errors.Count > 0)
            {
                throw WrongUsage(line);
            }

            var options = globals.Read(line, interaction);
            debug = options.Log >= LogDetail.Debug;
            return line.CommandResult.Command is CliCommand command
                ? await RunAsync(command, line, options, cancellationToken)
                : throw WrongUsage(line);
        }
        catch (LonghaulException error)
        {
            return Report(error, json, debug);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Report(Errors.UsageCancelled(), json, debug: false);
        }
        catch (Exception error)
        {
            return Report(Errors.InternalError(error), json, debug);
        }
    }

    /// <summary>Runs a command; where it lacks a password and somebody is there to type it, asks and runs it again: a command
    /// that lacks one has done nothing yet.</summary>
    private async Task<int> RunAsync(
        CliCommand command,
        ParseResult line,
        GlobalOptions options,
        CancellationToken cancellationToken
    )
    {
        var prompt = new PasswordPrompt(interaction, options);
        while (true)
        {
            try
            {
                await using var context = new CommandContext(
                    line,
                    prompt.Options,
                    interaction,
                    openCatalog(options),
                    timeProvider
                );
                return await command.RunAsync(context, cancellationToken);
            }
            catch (LonghaulException error) when (prompt.Knows(error))
            {
                if (!await prompt.AskAsync(error, cancellationToken) && !prompt.DoesWithout(error))
                {
                    throw;
                }
            }
        }
    }

    private static LonghaulException WrongUsage(ParseResult line)
    {
        var path = new List<string>();
        for (var command = line.CommandResult; command is not null; command = command.Parent as CommandResult)
        {
            path.Insert(0, command.Command.Name);
        }

        var messages = line.Errors.Select(error => error.Message.TrimEnd('.')).Distinct().ToList();
        return Errors.UsageInvalid(
            messages.Count == 0 ? "a command is missing" : string.Join("; ", messages),
            $"See '{string.Join(' ', path)} --help'."
        );
    }

    private async Task<int> PrintLibraryTextAsync(ParseResult line, bool json, CancellationToken cancellationToken)
    {
        await using var text = new StringWriter();
        var output = json ? text : interaction.Output;
        var exitCode = await line.InvokeAsync(
            new InvocationConfiguration { Output = output, Error = interaction.Error },
            cancellationToken
        );
        if (json)
        {
            CliJson.Write(interaction.Output, new HelpDocument(text.ToString()), CliJson.Context.HelpDocument);
        }

        return exitCode;
    }

    private int Report(LonghaulException error, bool json, bool debug)
    {
        if (json)
        {
            CliJson.Write(interaction.Output, ErrorDocument.Of(error), CliJson.Context.ErrorDocument);
        }

        if (!json || debug)
        {
            interaction.Error.WriteLine($"error: {error.Message} ({error.Code})");
            interaction.Error.WriteLine($"hint:  {error.Hint}");
        }

        if (debug)
        {
            interaction.Error.WriteLine(error.ToString());
        }

        return ExitCodeTable.Of(error.Code);
    }
}
