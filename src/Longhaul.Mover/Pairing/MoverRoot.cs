namespace Longhaul.Mover.Pairing;

/// <summary>The folder in which one end of a pairing keeps what it is known by and whom it knows.</summary>
/// <remarks>A mover's <c>--root</c>, and the folder <c>mover</c> of a home: both have the same layout. Who can write here can
/// let anybody in.</remarks>
/// <param name="Path">Absolute path; made when the first thing is kept there.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MoverRoot(string Path)
{
    /// <summary>The private key, 32 bytes, for its owner alone.</summary>
    internal string Key => System.IO.Path.Combine(Path, "identity.key");

    /// <summary>The certificate over that key.</summary>
    internal string Certificate => System.IO.Path.Combine(Path, "identity.crt");

    /// <summary>Whom a mover lets in: a file for each, named by its fingerprint.</summary>
    internal string Peers => System.IO.Path.Combine(Path, "peers");

    /// <summary>Invitations that were not used yet: a file for each, named by a hash of its secret.</summary>
    internal string Invitations => System.IO.Path.Combine(Path, "invitations");

    /// <summary>The movers that this end has paired with: a file for each, named by host and port.</summary>
    internal string Known => System.IO.Path.Combine(Path, "known");

    /// <summary>Makes a folder for its owner alone, with its parents; one that is there stays as it is.</summary>
    /// <param name="path">The root itself, or a folder in it.</param>
    internal static void Make(string path) =>
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
