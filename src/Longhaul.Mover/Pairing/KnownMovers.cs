using Longhaul.Core;

namespace Longhaul.Mover.Pairing;

/// <summary>The movers that a home has paired with, by host and port, and the certificate that each has.</summary>
/// <param name="root">The home's side of pairings.</param>
/// <threadsafety>All members may be called from any thread and process.</threadsafety>
public sealed class KnownMovers(MoverRoot root)
{
    /// <summary>Finds the certificate that a mover has to show.</summary>
    /// <param name="authority">Host and port.</param>
    /// <returns>Null when there was no pairing.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public Fingerprint? Find(string authority) =>
        Fingerprint.TryParse(
            RootFile.Find(FileOf(authority), PairingJson.Default.KnownMoverDocument)?.Fingerprint,
            out var fingerprint
        )
            ? fingerprint
            : null;

    /// <summary>Pins a mover's certificate.</summary>
    /// <param name="authority">Host and port.</param>
    /// <param name="fingerprint">The certificate.</param>
    /// <param name="pairedAt">Now, UTC.</param>
    /// <exception cref="LonghaulException">store errors.</exception>
    public void Pin(string authority, Fingerprint fingerprint, DateTimeOffset pairedAt) =>
        RootFile.Write(
            FileOf(authority),
            new KnownMoverDocument(fingerprint.ToString(), pairedAt),
            PairingJson.Default.KnownMoverDocument
        );

    // A host has letters, digits, dots, dashes, and colons and brackets where it is an address.
    private string FileOf(string authority) => Path.Combine(root.Known, Uri.EscapeDataString(authority) + ".json");
}
