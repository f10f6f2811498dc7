using Longhaul.Mover.Protocol.Messages;

namespace Longhaul.Mover.Serving;

/// <summary>Ends a call with a code that the peer's side makes an error of.</summary>
/// <param name="code">The code.</param>
/// <param name="detail">For people; nothing that the peer may not know.</param>
/// <param name="cause">What went wrong here.</param>
internal sealed class MoverRefusal(Failure.Types.Code code, string detail, Exception? cause = null)
    : Exception(detail, cause)
{
    /// <summary>The code.</summary>
    public Failure.Types.Code Code => code;

    /// <summary>As it crosses the line.</summary>
    public Failure ToMessage() => new() { Code = code, Detail = Message };
}
