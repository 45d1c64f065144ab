using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;
using PomIsa.Files;

namespace PomIsa.Evidence.Keys;

/// <summary>A log's Ed25519 signing key with its name.</summary>
/// <remarks>
/// The file is one line in the signing-key form of the tools that write signed notes:
/// <c>PRIVATE+KEY+name+id+base64(0x01 ‖ seed)</c>, sealed by a <see cref="KeyLock"/> where one is given; its mode is 600.
/// </remarks>
public sealed class LogKey : IDisposable
{
    private const string Lead = "PRIVATE+KEY+", What = "log key";
    private const int SeedBytes = 32;
    private const int MaxFileBytes = 1024;
    private readonly Key _key;

    private LogKey(string name, Key key)
    {
        _key = key;
        if (!VerifierKey.TryCreate(name, key.PublicKey.Export(KeyBlobFormat.RawPublicKey), out VerifierKey verifier))
        {
            key.Dispose();
            throw new ArgumentException($"'{name}' is no key name: it needs a character and no spaces or plus signs.", nameof(name));
        }

        Verifier = verifier;
    }

    /// <summary>The public half, for those who check.</summary>
    public VerifierKey Verifier { get; }

    /// <summary>The key's name; also the origin of the log's checkpoints.</summary>
    public string Name => Verifier.Name;

    /// <summary>A new key from the system's random numbers.</summary>
    /// <exception cref="ArgumentException">The name is not a key name.</exception>
    public static LogKey Create(string name) =>
        new(name, Key.Create(SignatureAlgorithm.Ed25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport }));

    /// <summary>The key of a 32-byte seed (RFC 8032's private key).</summary>
    /// <exception cref="ArgumentException">The name is not a key name, or the seed is not 32 bytes.</exception>
    public static LogKey FromSeed(string name, ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedBytes)
        {
            throw new ArgumentException($"A seed is {SeedBytes} bytes, not {seed.Length}.", nameof(seed));
        }

        return new(name, Key.Import(
            SignatureAlgorithm.Ed25519,
            seed,
            KeyBlobFormat.RawPrivateKey,
            new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport }));
    }

    /// <summary>Reads a key file, sealed or not.</summary>
    /// <exception cref="KeyFileException">The file can't be read, is no key file, or the lock does not open it.</exception>
    public static LogKey Load(string path, KeyLock? with = null)
    {
        byte[] bytes;
        try
        {
            using FileStream file = File.OpenRead(path);
            bytes = new byte[Math.Min(file.Length, MaxFileBytes + 1)];
            file.ReadExactly(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException(path, "can't be read", e);
        }

        try
        {
            string text = Encoding.UTF8.GetString(bytes);
            if (KeyLock.IsSealed(text))
            {
                text = with is not null && with.TryOpen(text, What, out byte[] opened) ? Encoding.UTF8.GetString(opened)
                    : throw new KeyFileException(path, "is sealed, and this passphrase or secret does not open it");
            }

            return TryParse(text, out LogKey key)
                ? key
                : throw new KeyFileException(path, "is not a signing key file, or was damaged");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Writes the key to a new file that only its owner can read; never overwrites.</summary>
    /// <exception cref="KeyFileException">The file exists or can't be written.</exception>
    public void Save(string path, KeyLock? with = null)
    {
        byte[] seed = _key.Export(KeyBlobFormat.RawPrivateKey);
        byte[] text = Encoding.UTF8.GetBytes($"{Lead}{Name}+{Verifier.Id:x8}+{Convert.ToBase64String([VerifierKey.Ed25519Type, .. seed])}\n");
        byte[] written = with is null ? text : Encoding.UTF8.GetBytes(with.Seal(What, text));
        try
        {
            SecretFile.Create(path, written);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException(path, File.Exists(path) ? "exists already; keys are never overwritten" : "can't be written", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>The 64-byte Ed25519 signature over a message.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => SignatureAlgorithm.Ed25519.Sign(_key, message);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private static bool TryParse(string text, out LogKey key)
    {
        key = null!;
        if (!text.StartsWith(Lead, StringComparison.Ordinal) || !text.EndsWith('\n'))
        {
            return false;
        }

        string[] parts = text[Lead.Length..^1].Split('+', 3);
        Span<byte> data = stackalloc byte[1 + SeedBytes];
        if (parts.Length != 3 || !KeyName.IsValid(parts[0]) || !StrictBase64.TryDecode(parts[2], data) || data[0] != VerifierKey.Ed25519Type)
        {
            return false;
        }

        LogKey read = FromSeed(parts[0], data[1..]);
        data.Clear();
        if (!parts[1].Equals(read.Verifier.Id.ToString("x8", CultureInfo.InvariantCulture), StringComparison.Ordinal))
        {
            read.Dispose();
            return false;
        }

        key = read;
        return true;
    }
}
