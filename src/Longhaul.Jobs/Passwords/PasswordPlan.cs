using Longhaul.Catalog.Passwords;
using Longhaul.Format.Keys;

namespace Longhaul.Jobs.Passwords;

/// <summary>What a change of passwords will do, before it is done.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record PasswordPlan
{
    /// <summary>The key list that holds now.</summary>
    public required KeyList Present { get; init; }

    /// <summary>Positions in the present list of the passwords that are meant to go.</summary>
    public required IReadOnlyList<int> Going { get; init; }

    /// <summary>Positions in the present list of those that go because they were not given: a new list key can be sealed for
    /// nobody whose password is not known.</summary>
    public required IReadOnlyList<int> NotGiven { get; init; }

    /// <summary>The passwords that the next list has beside those whose slots stay as they are.</summary>
    public required IReadOnlyList<(Password Password, string Hint)> Passwords { get; init; }

    /// <summary>What something is kept for that will not open the backup any more.</summary>
    public IReadOnlyList<KeptFor> Stale { get; init; } = [];

    /// <summary>Whether a new list key is made: what is written from then on is closed to the passwords that go.</summary>
    public bool IsNewKey => Going.Count > 0;
}
