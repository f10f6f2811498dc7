using Longhaul.Core;
using Longhaul.Mover.Protocol;
using Longhaul.Mover.Protocol.Messages;

namespace Longhaul.Mover.Client;

/// <summary>Makes errors of this program out of what a mover says. The mover chooses among codes; the words are this end's own, so
/// that a hostile one writes nothing on anybody's terminal.</summary>
internal static class MoverFailures
{
    /// <summary>The error that a failure means.</summary>
    /// <param name="failure">What the mover said.</param>
    /// <param name="mover">The URL.</param>
    /// <param name="name">The object it was about; empty for none.</param>
    /// <param name="what">What was tried, a clause.</param>
    /// <param name="fingerprint">This end's fingerprint.</param>
    internal static Exception Translate(Failure failure, string mover, string name, string what, string fingerprint)
    {
        var place = name.Length == 0 ? mover : $"{mover}/{name}";
        return failure.Code switch
        {
            Failure.Types.Code.Unreachable => Errors.StoreUnreachable(mover),
            Failure.Types.Code.AccessDenied => Errors.StoreAccessDenied(place),
            Failure.Types.Code.NoSpace => Errors.StoreNoSpace(place),
            Failure.Types.Code.Protected => Errors.StoreProtected(place),
            Failure.Types.Code.ProtectUnsupported => Errors.StoreProtectUnsupported(mover, "the mover says so"),
            Failure.Types.Code.NotPaired => Errors.MoverNotPaired(mover, fingerprint),
            Failure.Types.Code.NotPermitted => Errors.MoverNotPermitted(mover, what),
            Failure.Types.Code.NoRepository => Errors.MoverNoRepository(mover),
            Failure.Types.Code.OtherProtocol => Errors.MoverProtocol(
                mover,
                $"it speaks another version of the protocol than {MoverProtocol.Version}"
            ),
            Failure.Types.Code.Token => Errors.MoverToken(
                "the mover does not know it, or it was used, or its hour is over"
            ),
            Failure.Types.Code.NameTaken => new IOException($"The name '{name}' is taken."),
            Failure.Types.Code.WriterGone => new WriterGoneException(),
            Failure.Types.Code.OutOfTurn => new BrokenLineException(),
            Failure.Types.Code.NoBackup => Errors.BackupNotFound(name),
            Failure.Types.Code.OnlyAdds => Errors.MoverOnlyAdds(mover),
            Failure.Types.Code.Invalid => Errors.MoverProtocol(mover, "it refuses what was asked as malformed"),
            _ => Errors.StoreIo(place, new IOException("the mover reports an error")),
        };
    }
}

/// <summary>The mover does not know a writer any more: it was restarted, or another took the object over.</summary>
internal sealed class WriterGoneException : Exception;
