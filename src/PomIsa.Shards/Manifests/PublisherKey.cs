using System.Security.Cryptography;
using System.Text;
using PomIsa.Files;

namespace PomIsa.Shards;

/// <summary>The P-256 private key that a publisher signs manifests with.</summary>
public sealed class PublisherKey : IDisposable
{
    private const int MaxPemLength = 64 * 1024;

    private readonly ECDsa _key;

    private PublisherKey(ECDsa key)
    {
        _key = key;
        PublicKey = PublisherPublicKey.TryParse(key.ExportSubjectPublicKeyInfoPem(), out PublisherPublicKey? publicKey)
            ? publicKey
            : throw new System.Diagnostics.UnreachableException("A P-256 key has a P-256 public key.");
    }

    /// <summary>The public half.</summary>
    public PublisherPublicKey PublicKey { get; }

    /// <summary>A new key from the system's random numbers.</summary>
    public static PublisherKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a private key file: PEM, PKCS #8 or SEC 1, not encrypted.</summary>
    /// <exception cref="ShardStoreException">The file cannot be read or holds no P-256 private key.</exception>
    public static PublisherKey Load(string path)
    {
        return OfPem(ReadText(path), path);
    }

    /// <summary>Reads a private key in PEM form that a caller has opened.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="path">Where it came from, for messages.</param>
    /// <exception cref="ShardStoreException">It holds no P-256 private key.</exception>
    public static PublisherKey OfPem(string pem, string path)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (IsP256(key) && HasPrivate(key))
            {
                return new PublisherKey(key);
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            key.Dispose();
            throw new ShardStoreException($"{path} holds no private key in PEM form.", e);
        }

        key.Dispose();
        throw new ShardStoreException($"{path} holds no P-256 private key.");
    }

    /// <summary>Writes the private key as PKCS #8 PEM that only its owner may read; never overwrites a file.</summary>
    /// <exception cref="ShardStoreException">The file exists already, or the file system refused.</exception>
    public void Save(string path) => Save(path, static pem => pem);

    /// <summary>The same, in whatever form <paramref name="seal"/> gives the PEM text.</summary>
    public void Save(string path, Func<string, string> seal)
    {
        ArgumentNullException.ThrowIfNull(seal);
        byte[] pem = Encoding.ASCII.GetBytes(seal(_key.ExportPkcs8PrivateKeyPem() + "\n"));
        try
        {
            SecretFile.Create(path, pem);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new ShardStoreException($"{path} exists already and a private key is never overwritten. Choose another file.", e);
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            throw ShardStoreException.From("write", path, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pem);
        }
    }

    /// <summary>DER ECDSA signature with SHA-256 over <paramref name="message"/>; differs from call to call.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) =>
        _key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        PublicKey.Dispose();
    }

    internal static bool IsP256(ECDsa key) =>
        key.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true } curve
        && (curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value || curve.Oid.FriendlyName is "nistP256" or "ECDSA_P256");

    internal static string ReadText(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Length > MaxPemLength)
            {
                throw new ShardStoreException($"{path} is too long for a key.");
            }

            return File.ReadAllText(path, Encoding.ASCII);
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            throw ShardStoreException.From("read", path, e);
        }
    }

    private static bool HasPrivate(ECDsa key)
    {
        try
        {
            return key.ExportParameters(includePrivateParameters: true).D is not null;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
