using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Longhaul.Core;
using Longhaul.Storage.Stores;

namespace Longhaul.Mover.Pairing;

/// <summary>What one end is known by: a certificate that it signed itself, and its key.</summary>
/// <remarks>Made when it is first needed and kept for ever: whoever has paired with this end has pinned it. The key is on
/// NIST P-256, which every TLS 1.3 implementation has.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed class MoverIdentity : IDisposable
{
    private const int KeySize = 32;
    private const int LongestCertificate = 64 << 10;
    private const int ValidYears = 30;

    private MoverIdentity(X509Certificate2 certificate)
    {
        Certificate = certificate;
        Fingerprint = Fingerprint.Of(certificate);
    }

    /// <summary>The certificate, with its key.</summary>
    internal X509Certificate2 Certificate { get; }

    /// <summary>What people compare.</summary>
    public Fingerprint Fingerprint { get; }

    /// <summary>Reads the identity of a root, or makes one: durable before this returns.</summary>
    /// <param name="root">The root; made when it is missing.</param>
    /// <param name="clock">For the dates in the certificate.</param>
    /// <exception cref="LonghaulException">mover.identity: a file of it is not its owner's alone, or damaged; store errors.</exception>
    public static MoverIdentity FindOrCreate(MoverRoot root, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(clock);
        try
        {
            MoverRoot.Make(root.Path);
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            throw FileFailure.Of(root.Path, error);
        }

        using var key = FindOrCreateKey(root);
        if (!File.Exists(root.Certificate))
        {
            // Another process may make it at this moment: whoever comes second takes the first one's.
            using var signed = Sign(key, clock.GetUtcNow());
            _ = PrivateFile.TryCreate(root.Certificate, signed.RawData);
        }

        return new MoverIdentity(ReadCertificate(root, key));
    }

    /// <inheritdoc/>
    public void Dispose() => Certificate.Dispose();

    private static ECDsa FindOrCreateKey(MoverRoot root)
    {
        if (PrivateFile.Find(root.Key, KeySize, Errors.MoverIdentity) is not { } bytes)
        {
            using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            _ = PrivateFile.TryCreate(root.Key, fresh.ExportParameters(includePrivateParameters: true).D);
            bytes =
                PrivateFile.Find(root.Key, KeySize, Errors.MoverIdentity)
                ?? throw Errors.MoverIdentity(root.Key, "it vanished as it was made", "Try again.");
        }

        try
        {
            return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = bytes });
        }
        catch (CryptographicException)
        {
            throw Errors.MoverIdentity(
                root.Key,
                "it is no key",
                "Put the right one back, or pair anew from an empty root."
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static X509Certificate2 Sign(ECDsa key, DateTimeOffset now)
    {
        var request = new CertificateRequest("CN=longhaul", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension(
                [
                    new Oid("1.3.6.1.5.5.7.3.1", "Server authentication"),
                    new Oid("1.3.6.1.5.5.7.3.2", "Client authentication"),
                ],
                critical: false
            )
        );
        // A day back: the other end's clock may be behind.
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(ValidYears));
    }

    private static X509Certificate2 ReadCertificate(MoverRoot root, ECDsa key)
    {
        try
        {
            if (new FileInfo(root.Certificate).Length > LongestCertificate)
            {
                throw new CryptographicException();
            }

            using var certificate = X509CertificateLoader.LoadCertificate(File.ReadAllBytes(root.Certificate));
            return certificate.CopyWithPrivateKey(key);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw Errors.MoverIdentity(
                root.Certificate,
                "it is no certificate over the key beside it",
                "Put the right one back, or pair anew from an empty root."
            );
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            throw FileFailure.Of(root.Certificate, error);
        }
    }
}
