namespace Longhaul.Jobs.Homes;

/// <summary>The folder in which one installation keeps what is its own.</summary>
/// <param name="Path">Absolute path of the home.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record LonghaulHome(string Path)
{
    /// <summary>Where the sender remembers the checkpoints it has put.</summary>
    public string Journal => System.IO.Path.Combine(Path, "journal");

    /// <summary>Where it is remembered which leases were seen when.</summary>
    public string Leases => System.IO.Path.Combine(Path, "leases");

    /// <summary>Where tables of copies are kept, so that they are not read over the line; may be deleted at any time.</summary>
    public string Tables => System.IO.Path.Combine(Path, "tables");

    /// <summary>The protected clocks, and until when files are protected. Whoever can write here can lift any protection.</summary>
    public string Protection => System.IO.Path.Combine(Path, "protection");

    /// <summary>Key of the passwords that are kept; without it they cannot be read, and nothing else is lost.</summary>
    public string PasswordKey => System.IO.Path.Combine(Path, "password.key");

    /// <summary>What this installation is known by to movers, and the movers that it has paired with.</summary>
    public string Mover => System.IO.Path.Combine(Path, "mover");

    /// <summary>What other people see this installation as: an owner's server.</summary>
    public string Server { get; } = Environment.MachineName;
}
