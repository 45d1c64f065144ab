using System.Buffers.Binary;
using NSec.Cryptography;

namespace PomIsa.Evidence.Keys;

/// <summary>A witness's Ed25519 key: it cosigns checkpoints with the time at which it saw them.</summary>
/// <remarks>The key must not be used for anything else (C2SP tlog-cosignature).</remarks>
public sealed class WitnessKey : IDisposable
{
    private readonly Key _key;

    private WitnessKey(Key key, VerifierKey verifier) => (_key, Verifier) = (key, verifier);

    /// <summary>The public half.</summary>
    public VerifierKey Verifier { get; }

    /// <summary>The key of a 32-byte seed.</summary>
    /// <exception cref="ArgumentException">The name is not a key name, or the seed is not 32 bytes.</exception>
    public static WitnessKey FromSeed(string name, ReadOnlySpan<byte> seed)
    {
        if (seed.Length != 32)
        {
            throw new ArgumentException($"A seed is 32 bytes, not {seed.Length}.", nameof(seed));
        }

        Key key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        if (VerifierKey.TryCreate(name, key.PublicKey.Export(KeyBlobFormat.RawPublicKey), out VerifierKey verifier, VerifierKey.CosignatureType))
        {
            return new WitnessKey(key, verifier);
        }

        key.Dispose();
        throw new ArgumentException($"'{name}' is no key name: it needs a character and no spaces or plus signs.", nameof(name));
    }

    /// <summary>The signature line that a note gains.</summary>
    /// <param name="text">The note's text, with its last newline.</param>
    /// <param name="seconds">When it was seen, in seconds since 1970.</param>
    public string Line(ReadOnlySpan<byte> text, ulong seconds)
    {
        var blob = new byte[4 + 8 + 64];
        BinaryPrimitives.WriteUInt32BigEndian(blob, Verifier.Id);
        BinaryPrimitives.WriteUInt64BigEndian(blob.AsSpan(4), seconds);
        SignatureAlgorithm.Ed25519.Sign(_key, VerifierKey.CosignedMessage(seconds, text)).CopyTo(blob, 12);
        return $"\u2014 {Verifier.Name} {Convert.ToBase64String(blob)}\n";
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
