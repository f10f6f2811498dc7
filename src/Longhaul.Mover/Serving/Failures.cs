using System.Diagnostics.CodeAnalysis;
using Longhaul.Core;
using Longhaul.Mover.Protocol.Messages;

namespace Longhaul.Mover.Serving;

/// <summary>Says over the line what went wrong at the mover.</summary>
internal static class Failures
{
    /// <summary>What a peer is told of an error.</summary>
    /// <param name="error">What a call threw.</param>
    /// <param name="failure">What to say.</param>
    /// <returns>False for one that is a mistake of the mover's own.</returns>
    internal static bool TryFind(Exception error, [NotNullWhen(true)] out Failure? failure)
    {
        failure = error switch
        {
            MoverRefusal refusal => refusal.ToMessage(),
            LonghaulException known => new Failure { Code = CodeOf(known), Detail = known.Message },
            ArgumentException wrong => new Failure { Code = Failure.Types.Code.Invalid, Detail = wrong.Message },
            IOException broken => new Failure { Code = Failure.Types.Code.Io, Detail = broken.Message },
            _ => null,
        };
        return failure is not null;
    }

    private static Failure.Types.Code CodeOf(LonghaulException error) =>
        error.Code switch
        {
            "store.unreachable" => Failure.Types.Code.Unreachable,
            "store.access-denied" => Failure.Types.Code.AccessDenied,
            "store.io" => Failure.Types.Code.Io,
            "store.no-space" => Failure.Types.Code.NoSpace,
            "store.protected" => Failure.Types.Code.Protected,
            "store.protect-unsupported" => Failure.Types.Code.ProtectUnsupported,
            _ => Failure.Types.Code.Unknown,
        };
}
