using Longhaul.Mover.Protocol;
using Longhaul.Mover.Protocol.Messages;

namespace Longhaul.Mover.Serving;

/// <summary>Ids that peers choose: of their processes, and of what they write.</summary>
internal static class Ids
{
    /// <summary>Reads an id.</summary>
    /// <param name="bytes">What the peer says.</param>
    /// <exception cref="MoverRefusal">INVALID.</exception>
    internal static Guid Of(ReadOnlySpan<byte> bytes) =>
        bytes.Length == MoverProtocol.IdSize
            ? new Guid(bytes)
            : throw new MoverRefusal(Failure.Types.Code.Invalid, "an id has 16 bytes");
}
