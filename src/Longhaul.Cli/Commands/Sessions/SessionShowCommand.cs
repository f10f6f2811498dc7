using System.CommandLine;
using Longhaul.Cli.Hosting;

namespace Longhaul.Cli.Commands.Sessions;

/// <summary><c>session show ID</c></summary>
internal sealed class SessionShowCommand : CliCommand
{
    private readonly Argument<string> _session = new("ID") { Description = "Id of the session, or its beginning" };

    /// <summary>Makes the command.</summary>
    public SessionShowCommand()
        : base("show", "Shows what a session did for each machine", "longhaul session show 3f2a91")
    {
        Add(_session);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var session = await NameResolver.SessionAsync(view, context.Value(_session), cancellationToken);
        context.PrintSession(session);
        return ExitCodes.Done;
    }
}
