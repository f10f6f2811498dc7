using System.Diagnostics.CodeAnalysis;

namespace Longhaul.Core;

/// <summary>Identifies one thing for ever, in every repository and on every machine.</summary>
/// <typeparam name="TOf">What the id names; keeps ids of different things apart at compile time.</typeparam>
/// <param name="Value">122 random bits; all zero is no id.</param>
/// <remarks>Written as 32 lower-case hex digits everywhere: JSON, file names, messages. People may shorten it
/// while it is unique.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public readonly record struct Id<TOf>(Guid Value) : IComparable<Id<TOf>>
{
    /// <summary>Length in bytes of the binary form.</summary>
    public const int Size = 16;

    /// <summary>Whether this is no id at all.</summary>
    public bool IsEmpty => Value == Guid.Empty;

    /// <summary>Makes an id that nothing else has.</summary>
    [SuppressMessage("Design", "CA1000", Justification = "The type parameter is what the id names.")]
    public static Id<TOf> New() => new(Guid.NewGuid());

    /// <summary>Reads an id that may come from a damaged file.</summary>
    /// <param name="source">Any bytes; valid when exactly <see cref="Size"/> and not all zero.</param>
    /// <param name="id">The id when the method returns true.</param>
    /// <returns>False when the bytes are no id. Never throws.</returns>
    [SuppressMessage("Design", "CA1000", Justification = "The type parameter is what the id names.")]
    public static bool TryRead(ReadOnlySpan<byte> source, out Id<TOf> id)
    {
        id = source.Length == Size ? new(new Guid(source, bigEndian: true)) : default;
        return !id.IsEmpty;
    }

    /// <summary>Reads an id as people and file names write it.</summary>
    /// <param name="text">32 hex digits.</param>
    /// <param name="id">The id when the method returns true.</param>
    /// <returns>False when the text is no id. Never throws.</returns>
    [SuppressMessage("Design", "CA1000", Justification = "The type parameter is what the id names.")]
    public static bool TryParse(ReadOnlySpan<char> text, out Id<TOf> id)
    {
        id = Guid.TryParseExact(text, "N", out var value) ? new(value) : default;
        return !id.IsEmpty;
    }

    /// <summary>The binary form: <see cref="Size"/> bytes, in the order the hex digits show.</summary>
    public byte[] ToBytes() => Value.ToByteArray(bigEndian: true);

    /// <summary>Compares by the binary form.</summary>
    public int CompareTo(Id<TOf> other) => Value.CompareTo(other.Value);

    /// <summary>Orders by the binary form.</summary>
    public static bool operator <(Id<TOf> left, Id<TOf> right) => left.CompareTo(right) < 0;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator >(Id<TOf> left, Id<TOf> right) => left.CompareTo(right) > 0;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator <=(Id<TOf> left, Id<TOf> right) => left.CompareTo(right) <= 0;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator >=(Id<TOf> left, Id<TOf> right) => left.CompareTo(right) >= 0;

    /// <summary>32 lower-case hex digits.</summary>
    public override string ToString() => Value.ToString("N");
}
