using System.CommandLine;
using Longhaul.Cli.Hosting;

namespace Longhaul.Cli.Commands.General;

/// <summary><c>complete POSITION LINE</c>: what the scripts of <c>completion</c> ask; one word a line.</summary>
internal sealed class CompleteCommand : CliCommand
{
    private readonly Argument<int> _position = new("POSITION") { Description = "Where the cursor is, from 0" };
    private readonly Argument<string> _line = new("LINE") { Description = "The command line so far" };

    /// <summary>Makes the command.</summary>
    public CompleteCommand()
        : base("complete", "Completes a command line, for shells", "longhaul complete 13 \"longhaul job \"")
    {
        Hidden = true;
        Add(_position);
        Add(_line);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var line = context.Value(_line);
        var program = line.IndexOf(' ', StringComparison.Ordinal) + 1;
        if (program > 0)
        {
            var position = Math.Clamp(context.Value(_position), program, line.Length);
            var (root, _) = CommandTree.Build();
            var parsed = root.Parse(line[program..position]);
            foreach (var completion in parsed.GetCompletions(position - program))
            {
                await context.Interaction.Output.WriteLineAsync(completion.Label);
            }
        }

        return ExitCodes.Done;
    }
}
