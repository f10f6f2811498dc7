namespace Longhaul.Mover.Protocol;

/// <summary>The constants of the protocol between a mover and its peers.</summary>
/// <remarks><para>Source: docs/protocol.md.</para></remarks>
/// <threadsafety>Immutable.</threadsafety>
public static class MoverProtocol
{
    /// <summary>The version that this program speaks. Two sides of different versions say so and go no further.</summary>
    public const uint Version = 1;

    /// <summary>Where a piece of an object under way is put: <c>PUT</c>, with <see cref="RepositoryKey"/>,
    /// <see cref="WriterKey"/> and <see cref="OffsetKey"/> in the query.</summary>
    public const string PiecePath = "/v1/piece";

    /// <summary>Where a range is read: <c>GET</c>, with <see cref="RepositoryKey"/>, <see cref="NameKey"/> or
    /// <see cref="WriterKey"/>, <see cref="OffsetKey"/> and <see cref="LengthKey"/> in the query.</summary>
    public const string RangePath = "/v1/range";

    /// <summary>Where a line is measured: <c>PUT</c> takes bytes that nobody keeps, <c>GET</c> sends <see cref="LengthKey"/> that
    /// mean nothing.</summary>
    public const string ProbePath = "/v1/probe";

    /// <summary>Query key: the repository's name at the mover.</summary>
    public const string RepositoryKey = "repository";

    /// <summary>Query key: an object's name.</summary>
    public const string NameKey = "name";

    /// <summary>Query key: a writer's id, 32 hexadecimal digits.</summary>
    public const string WriterKey = "writer";

    /// <summary>Query key: the first byte, from 0.</summary>
    public const string OffsetKey = "offset";

    /// <summary>Query key: how many bytes at most.</summary>
    public const string LengthKey = "length";

    /// <summary>The trailer of a gRPC call that failed: a <c>Failure</c> message.</summary>
    public const string FailureTrailer = "longhaul-failure-bin";

    /// <summary>Longest piece, in bytes: both sides hold whole ones in memory.</summary>
    public const int MaxPieceSize = 2 << 20;

    /// <summary>Longest range that one request reads, in bytes.</summary>
    public const int MaxRangeSize = 16 << 20;

    /// <summary>Longest object that is put in one call, in bytes; longer ones are written as streams.</summary>
    public const int MaxPutSize = 64 << 20;

    /// <summary>Bytes of the ids of writers and sessions.</summary>
    public const int IdSize = 16;
}
