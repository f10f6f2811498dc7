using Longhaul.Format.Keys;

namespace Longhaul.Jobs.Passwords;

/// <summary>What is to be done to a backup's passwords; exactly one member says so.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record PasswordChange
{
    /// <summary>A password that is to open the backup too.</summary>
    public Password? Add { get; init; }

    /// <summary>A password that takes the place of the first that was given.</summary>
    public Password? Replace { get; init; }

    /// <summary>Number of the password that is to go, from 1.</summary>
    public int? Remove { get; init; }

    /// <summary>What reminds people of the new password, readable by everybody; null for a text that says where it was set, or
    /// the one of the password it replaces.</summary>
    public string? Hint { get; init; }
}
