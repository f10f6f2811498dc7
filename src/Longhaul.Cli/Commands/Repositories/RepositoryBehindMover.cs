using Longhaul.Catalog.Repositories;
using Longhaul.Cli.Hosting;
using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol;

namespace Longhaul.Cli.Commands.Repositories;

/// <summary>Finds the repository behind a mover, pairing with that first where a token is given.</summary>
internal static class RepositoryBehindMover
{
    private const int LongestToken = 4 << 10;

    /// <summary>Pairs if that is asked, and reads the repository's descriptor.</summary>
    /// <param name="context">Is told the fingerprints.</param>
    /// <param name="url">The repository.</param>
    /// <param name="tokenFile">The file with the token; null when this end is paired.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>As a directory's: it is never new, since the mover made it.</returns>
    /// <exception cref="LonghaulException">mover errors, file.unreadable, store.unreachable.</exception>
    public static async Task<(RepositoryDescriptor Descriptor, StoreTraits Traits, bool IsNew)> OpenAsync(
        CommandContext context,
        MoverUrl url,
        string? tokenFile,
        CancellationToken cancellationToken
    )
    {
        var movers = context.Repositories.Movers;
        if (tokenFile is not null)
        {
            var token = ReadToken(tokenFile);
            await movers.PairAsync(url, token, Environment.MachineName, cancellationToken);
            context.Say(
                $"Paired with {url.Authority}: its fingerprint is {token.Mover}, this end's {movers.Fingerprint}."
            );
        }

        var opened = await movers.OpenAsync(url, cancellationToken);
        var descriptor =
            await RepositoryPlace.ReadAsync(opened.Store, cancellationToken)
            ?? throw Errors.StoreUnreachable(url.ToString());
        return (
            descriptor,
            new StoreTraits { Capabilities = opened.Capabilities, Remarks = opened.Remarks },
            IsNew: false
        );
    }

    private static MoverToken ReadToken(string file)
    {
        try
        {
            return new FileInfo(file).Length > LongestToken
                ? throw Errors.MoverToken("what the file holds is no token")
                : MoverToken.Parse(File.ReadAllText(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Errors.FileUnreadable(file, error);
        }
    }
}
