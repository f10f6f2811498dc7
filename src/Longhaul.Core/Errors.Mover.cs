namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>mover.identity: a file of what this end is known by is not its owner's alone, or damaged.</summary>
    /// <param name="file">The file.</param>
    /// <param name="reason">A clause.</param>
    /// <param name="hint">What to do.</param>
    public static LonghaulException MoverIdentity(string file, string reason, string hint) =>
        new(
            "mover.identity",
            Retry.AfterOperator,
            $"the file {file}, by which others know this end, is not used: {reason}",
            hint,
            details: new Dictionary<string, object?> { ["file"] = file, ["reason"] = reason }
        );

    /// <summary>mover.token: a token is none, or is not good any more.</summary>
    /// <param name="reason">A clause.</param>
    public static LonghaulException MoverToken(string reason) =>
        new(
            "mover.token",
            Retry.AfterOperator,
            $"the token does not pair: {reason}",
            "A token is good once and for an hour; 'longhaul mover invite' at the mover prints a new one.",
            details: new Dictionary<string, object?> { ["reason"] = reason }
        );

    /// <summary>mover.not-paired: the mover does not let this end in.</summary>
    /// <param name="mover">The URL.</param>
    /// <param name="fingerprint">This end's fingerprint; null where it has none yet.</param>
    public static LonghaulException MoverNotPaired(string mover, string? fingerprint) =>
        new(
            "mover.not-paired",
            Retry.AfterOperator,
            $"{mover} does not let this end in" + (fingerprint is null ? "" : $"; its fingerprint is {fingerprint}"),
            "Print a token there with 'longhaul mover invite', carry it here in a file, and use it with 'longhaul repository add … --token-file F'.",
            details: new Dictionary<string, object?> { ["mover"] = mover, ["fingerprint"] = fingerprint }
        );

    /// <summary>mover.other-certificate: who answers shows another certificate than was pinned.</summary>
    /// <param name="mover">Host and port, or the URL.</param>
    /// <param name="pinned">The fingerprint that was pinned.</param>
    /// <param name="shown">The fingerprint of the certificate that was shown.</param>
    /// <param name="reason">A clause: why that one does not do.</param>
    public static LonghaulException MoverOtherCertificate(string mover, string pinned, string shown, string reason) =>
        new(
            "mover.other-certificate",
            Retry.AfterOperator,
            $"{mover} cannot be trusted: {reason}. Its fingerprint is {shown}, pinned is {pinned}",
            "Compare with 'longhaul mover invite' at the mover. Was it set up anew, pair again; if not, somebody is between you and it.",
            details: new Dictionary<string, object?>
            {
                ["mover"] = mover,
                ["pinned"] = pinned,
                ["shown"] = shown,
            }
        );

    /// <summary>mover.not-permitted: the mover lets this end do less than was tried.</summary>
    /// <param name="mover">The URL.</param>
    /// <param name="what">What was tried, a clause; made by this end.</param>
    public static LonghaulException MoverNotPermitted(string mover, string what) =>
        new(
            "mover.not-permitted",
            Retry.AfterOperator,
            $"{mover} does not permit this end {what}",
            "What a peer may do is said when it is invited: 'longhaul mover peers list' at the mover shows it, 'longhaul mover invite --allow …' says it anew.",
            details: new Dictionary<string, object?> { ["mover"] = mover }
        );

    /// <summary>mover.only-adds: the mover takes from this end only what adds to a backup.</summary>
    /// <param name="mover">The URL.</param>
    public static LonghaulException MoverOnlyAdds(string mover) =>
        new(
            "mover.only-adds",
            Retry.AfterOperator,
            $"{mover} takes from this end only what adds to a backup: the step would remove, move or change what is there, or its owner, passwords or protection",
            "Make the step at the mover's side, or let this end delete too: 'longhaul mover invite --allow read,append,delete'.",
            details: new Dictionary<string, object?> { ["mover"] = mover }
        );

    /// <summary>mover.protocol: the two ends do not speak one language.</summary>
    /// <param name="mover">The URL.</param>
    /// <param name="reason">A clause.</param>
    public static LonghaulException MoverProtocol(string mover, string reason) =>
        new(
            "mover.protocol",
            Retry.AfterOperator,
            $"{mover} cannot be talked to: {reason}",
            "Bring both ends to one version: 'longhaul version' prints it.",
            details: new Dictionary<string, object?> { ["mover"] = mover, ["reason"] = reason }
        );

    /// <summary>mover.no-repository: the mover has no repository of that name, or does not show it to this end.</summary>
    /// <param name="mover">The URL.</param>
    public static LonghaulException MoverNoRepository(string mover) =>
        new(
            "mover.no-repository",
            Retry.AfterOperator,
            $"the mover has no repository for {mover}",
            "'longhaul mover serve' names its repositories: --repository NAME=DIR; an invitation with --target shows one only.",
            details: new Dictionary<string, object?> { ["mover"] = mover }
        );

    /// <summary>mover.peer-not-found: the mover lets nobody in by that name.</summary>
    /// <param name="peer">What stood on the line.</param>
    public static LonghaulException MoverPeerNotFound(string peer) =>
        new(
            "mover.peer-not-found",
            Retry.Never,
            $"no peer '{peer}' is let in",
            "'longhaul mover peers list' shows them.",
            details: new Dictionary<string, object?> { ["peer"] = peer }
        );

    /// <summary>mover.listen: the address cannot be listened on.</summary>
    /// <param name="address">The address.</param>
    /// <param name="cause">The system's error.</param>
    public static LonghaulException MoverListen(string address, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        return new(
            "mover.listen",
            Retry.AfterOperator,
            $"cannot listen on {address}: {cause.Message}",
            "Is another mover running there, and is the address this machine's? 'ss -ltnp' shows who listens.",
            cause,
            new Dictionary<string, object?> { ["address"] = address }
        );
    }
}
