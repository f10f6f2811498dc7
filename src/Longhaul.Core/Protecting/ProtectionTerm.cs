namespace Longhaul.Core.Protecting;

/// <summary>From when until when a new point is protected, by the protected clock.</summary>
/// <param name="Since">What the clock showed when the point was made, UTC.</param>
/// <param name="Until">When its protection is over, UTC.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ProtectionTerm(DateTimeOffset Since, DateTimeOffset Until)
{
    /// <summary>The longest that points can be protected for.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>A term that begins now.</summary>
    /// <param name="now">What the protected clock shows.</param>
    /// <param name="length">How long it is, at most <see cref="Longest"/>.</param>
    public static ProtectionTerm Of(DateTimeOffset now, TimeSpan length) =>
        new(now, length > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + length);
}
