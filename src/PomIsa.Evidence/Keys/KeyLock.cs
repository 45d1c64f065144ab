using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace PomIsa.Evidence.Keys;

/// <summary>Encrypts private keys at rest: Argon2id over a secret, then XChaCha20-Poly1305. Spec: spec/evidence.md, chapter 5.</summary>
/// <remarks>The sealed form is one line: <c>POMISA+SEALED+v1 memory passes salt nonce ciphertext</c>; what is before the ciphertext, and what the key is, are authenticated.</remarks>
public sealed class KeyLock : IDisposable
{
    private const string Lead = "POMISA+SEALED+v1";
    private const int SaltBytes = 16, NonceBytes = 24, MaxSecretBytes = 1 << 16;

    // What a file may ask for: a stranger's file must not take the machine's memory or its day.
    private const int MostMemory = 1 << 20, MostPasses = 16;

    private readonly byte[] _secret;
    private readonly int _memory, _passes;

    private KeyLock(byte[] secret, int memory, int passes) => (_secret, _memory, _passes) = (secret, memory, passes);

    /// <summary>A lock that a person opens: 64 MiB and 3 passes make each guess cost.</summary>
    public static KeyLock OfPassphrase(string passphrase) => new(Encoding.UTF8.GetBytes(passphrase), 64 << 10, 3);

    /// <summary>A lock with a secret that can't be guessed, at least 32 random bytes: 8 MiB and 1 pass.</summary>
    /// <exception cref="ArgumentException">It is shorter.</exception>
    public static KeyLock OfSecret(ReadOnlySpan<byte> secret) => secret.Length >= 32
        ? new(secret.ToArray(), 8 << 10, 1) : throw new ArgumentException("A secret has at least 32 bytes.", nameof(secret));

    /// <summary>Whether a file's text is in the sealed form.</summary>
    public static bool IsSealed(string text) => text.StartsWith(Lead, StringComparison.Ordinal);

    /// <summary>The sealed form of a private key, with a newline.</summary>
    /// <param name="what">What the key is, such as its kind; to be said again when it is opened.</param>
    /// <param name="key">The key's bytes.</param>
    public string Seal(string what, ReadOnlySpan<byte> key)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes), nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        string head = string.Create(CultureInfo.InvariantCulture, $"{Lead} {_memory} {_passes} {Convert.ToBase64String(salt)} {Convert.ToBase64String(nonce)}");
        using Key derived = Derive(salt, _memory, _passes);
        byte[] sealed_ = AeadAlgorithm.XChaCha20Poly1305.Encrypt(derived, nonce, Encoding.UTF8.GetBytes(head + "\n" + what), key);
        return $"{head} {Convert.ToBase64String(sealed_)}\n";
    }

    /// <summary>Opens what <see cref="Seal"/> gave; false if the text is not that, or the secret or <paramref name="what"/> is another.</summary>
    public bool TryOpen(string text, string what, out byte[] key)
    {
        key = [];
        string[] parts = text.TrimEnd('\n').Split(' ');
        Span<byte> salt = stackalloc byte[SaltBytes], nonce = stackalloc byte[NonceBytes];
        if (parts.Length != 6 || parts[0] != Lead
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int memory) || memory is < 8 or > MostMemory
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int passes) || passes is < 1 or > MostPasses
            || !StrictBase64.TryDecode(parts[3], salt) || !StrictBase64.TryDecode(parts[4], nonce) || parts[5].Length > 2 * MaxSecretBytes)
        {
            return false;
        }

        var sealed_ = new byte[((parts[5].Length + 3) / 4 * 3) - parts[5].Count(static c => c == '=')];
        if (!StrictBase64.TryDecode(parts[5], sealed_))
        {
            return false;
        }

        using Key derived = Derive(salt, memory, passes);
        byte[]? opened = AeadAlgorithm.XChaCha20Poly1305.Decrypt(derived, nonce, Encoding.UTF8.GetBytes(string.Join(' ', parts[..5]) + "\n" + what), sealed_);
        key = opened ?? [];
        return opened is not null;
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);

    private Key Derive(ReadOnlySpan<byte> salt, int memory, int passes) =>
        new Argon2id(new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = memory, NumberOfPasses = passes })
            .DeriveKey(_secret, salt, AeadAlgorithm.XChaCha20Poly1305);
}
