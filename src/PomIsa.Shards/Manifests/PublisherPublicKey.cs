using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace PomIsa.Shards;

/// <summary>The P-256 key that a publisher's manifests are checked with.</summary>
public sealed class PublisherPublicKey : IDisposable
{
    private const string Begin = "-----BEGIN PUBLIC KEY-----\n";
    private const string End = "-----END PUBLIC KEY-----\n";
    private const int Columns = 64;
    private const int Coordinate = 32;
    private const int Characters = 124; // of base64 for all bytes of a key, the last two of them '='

    // SubjectPublicKeyInfo of a point of P-256 that is not compressed, up to its coordinates (RFC 5480).
    private static ReadOnlySpan<byte> Prefix =>
        [0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04];

    private readonly ECDsa _key;

    // The hint covers the PEM text as OpenSSL and Python write it, final newline included.
    private PublisherPublicKey(ECDsa key, string pem)
    {
        _key = key;
        Pem = pem;
        Hint = Digest.Of(Encoding.ASCII.GetBytes(Pem)).ToString();
    }

    /// <summary>PEM of the SubjectPublicKeyInfo: 64 columns, LF, trailing LF.</summary>
    public string Pem { get; }

    /// <summary>SHA-256 of <see cref="Pem"/> in lower-case hex: the public key hint of a bundle.</summary>
    public string Hint { get; }

    /// <summary>Reads a PEM public key. False where the text is no P-256 public key.</summary>
    public static bool TryParse(string pem, [NotNullWhen(true)] out PublisherPublicKey? key) => TryParseSpelled(pem, out key) || TryParseAny(pem, out key);

    /// <summary>The same, in any spelling of PEM.</summary>
    internal static bool TryParseAny(string pem, [NotNullWhen(true)] out PublisherPublicKey? key)
    {
        key = null;
        var ecdsa = ECDsa.Create();
        try
        {
            if (!PemEncoding.TryFind(pem, out PemFields fields) || pem[fields.Label] != "PUBLIC KEY")
            {
                return false;
            }

            ecdsa.ImportFromPem(pem);

            // One key has one spelling: the reader of the PEM text takes bytes behind the key and drops them.
            byte[] info = ecdsa.ExportSubjectPublicKeyInfo();
            if (!PublisherKey.IsP256(ecdsa) || !Convert.FromBase64String(pem[fields.Base64Data]).AsSpan().SequenceEqual(info))
            {
                return false;
            }

            key = new PublisherPublicKey(ecdsa, Spell(info));
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException or PlatformNotSupportedException)
        {
            return false;
        }
        finally
        {
            if (key is null)
            {
                ecdsa.Dispose();
            }
        }
    }

    // The one spelling that we write, without the general reader of PEM texts: that one is compiled in every process for several milliseconds.
    private static bool TryParseSpelled(string pem, [NotNullWhen(true)] out PublisherPublicKey? key)
    {
        key = null;
        var info = new byte[Prefix.Length + (2 * Coordinate)];
        if (!pem.StartsWith(Begin, StringComparison.Ordinal) || !pem.EndsWith(End, StringComparison.Ordinal) || pem.Length < Begin.Length + End.Length
            || !Convert.TryFromBase64Chars(pem.AsSpan(Begin.Length, pem.Length - Begin.Length - End.Length), info, out int length)
            || length != info.Length || !info.AsSpan().StartsWith(Prefix) || !IsSpelled(pem.AsSpan(Begin.Length), info))
        {
            return false;
        }

        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportParameters(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = info[Prefix.Length..^Coordinate], Y = info[^Coordinate..] },
            });
            key = new PublisherPublicKey(ecdsa, pem);
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            // The general reader says what is wrong with it.
        }

        if (key is null)
        {
            ecdsa.Dispose();
        }

        return key is not null;
    }

    // Bytes have one spelling: there is no other blank than the two line breaks, and the bits of the last character that no byte takes are zero.
    private static bool IsSpelled(ReadOnlySpan<char> body, ReadOnlySpan<byte> info) =>
        body.Length == Characters + 2 + End.Length && body[Columns] == '\n' && body[Characters + 1] == '\n' && body[Characters - 2] == "AQgw"[info[^1] & 3];

    private static string Spell(byte[] info)
    {
        string base64 = Convert.ToBase64String(info);
        var text = new StringBuilder(Begin);
        for (int at = 0; at < base64.Length; at += Columns)
        {
            text.Append(base64, at, Math.Min(Columns, base64.Length - at)).Append('\n');
        }

        return text.Append(End).ToString();
    }

    /// <summary>Reads a PEM public key file.</summary>
    /// <exception cref="ShardStoreException">The file cannot be read or holds no P-256 public key.</exception>
    public static PublisherPublicKey Load(string path) =>
        TryParse(PublisherKey.ReadText(path), out PublisherPublicKey? key)
            ? key
            : throw new ShardStoreException($"{path} holds no P-256 public key in PEM form.");

    /// <summary>Writes the PEM text, atomically.</summary>
    /// <exception cref="ShardStoreException">The file system refused.</exception>
    public void Save(string path) => StoredFile.Write(path, Encoding.ASCII.GetBytes(Pem));

    /// <summary>True where <paramref name="signature"/> is a DER ECDSA signature with SHA-256 over <paramref name="message"/>.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        _key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
