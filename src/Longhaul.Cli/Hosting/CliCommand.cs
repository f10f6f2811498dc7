using System.CommandLine;

namespace Longhaul.Cli.Hosting;

/// <summary>One command: its line, its help, and what it does. No rules of the domain.</summary>
/// <remarks>To add one: derive, add arguments and options in the constructor, and add an instance to its group in
/// <see cref="CommandTree"/>. Errors are thrown as they are: <see cref="CommandHost"/> prints them and finds the exit
/// code.</remarks>
/// <threadsafety>Immutable once made.</threadsafety>
internal abstract class CliCommand : Command
{
    /// <summary>Names the command.</summary>
    /// <param name="name">The word on the line.</param>
    /// <param name="description">One line for the help.</param>
    /// <param name="examples">Whole command lines, at least one.</param>
    protected CliCommand(string name, string description, params IReadOnlyList<string> examples)
        : base(name, description)
    {
        Examples = examples;
    }

    /// <summary>Whole command lines that the help shows.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Does it.</summary>
    /// <param name="context">The line, and everything around it.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl-C.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    /// <exception cref="Core.LonghaulException">Any.</exception>
    public abstract Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken);
}
