using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace PomIsa.Evidence.Keys;

/// <summary>The name and Ed25519 public key that check a log's or a witness's signature on a note; its text is a C2SP <c>vkey</c>.</summary>
public sealed class VerifierKey : IEquatable<VerifierKey>
{
    /// <summary>The type byte of a plain Ed25519 note signature.</summary>
    public const byte Ed25519Type = 0x01;

    /// <summary>The type byte of a witness's cosignature, which holds a time.</summary>
    public const byte CosignatureType = 0x04;

    private const int SignatureBytes = 64, TimeBytes = 8;

    /// <summary>Bytes in a public key.</summary>
    public const int PublicKeyBytes = 32;

    private const int MaxTextLength = 1024;
    private readonly PublicKey _key;
    private readonly byte[] _raw;

    private VerifierKey(byte type, string name, byte[] raw, PublicKey key)
    {
        (Type, Name, _raw, _key) = (type, name, raw, key);
        Id = ComputeId(type, name, raw);
    }

    /// <summary><see cref="Ed25519Type"/> of a log, <see cref="CosignatureType"/> of a witness.</summary>
    public byte Type { get; }

    /// <summary>The key's name, such as <c>example.org/log1</c>.</summary>
    public string Name { get; }

    /// <summary>First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), big-endian.</summary>
    public uint Id { get; }

    /// <summary>The 32-byte encoding of RFC 8032.</summary>
    public ReadOnlySpan<byte> PublicKey => _raw;

    /// <summary>Reads a <c>vkey</c> string; false if it isn't one of an Ed25519 key, or its key id is not the key's.</summary>
    public static bool TryParse(string text, out VerifierKey key)
    {
        key = null!;
        string[] parts = text.Length > MaxTextLength ? [] : text.Split('+', 3);
        if (parts.Length != 3 || parts[1].Length != 8 || !KeyName.IsValid(parts[0]))
        {
            return false;
        }

        Span<byte> data = stackalloc byte[1 + PublicKeyBytes];
        if (!StrictBase64.TryDecode(parts[2], data)
            || data[0] is not (Ed25519Type or CosignatureType)
            || !TryCreate(parts[0], data[1..], out VerifierKey read, data[0])
            || !parts[1].Equals(read.Id.ToString("x8", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal))
        {
            return false;
        }

        key = read;
        return true;
    }

    /// <summary>A verifier from a name and 32 bytes; false if either can't be one.</summary>
    public static bool TryCreate(string name, ReadOnlySpan<byte> publicKey, out VerifierKey key, byte type = Ed25519Type)
    {
        key = null!;
        if (!KeyName.IsValid(name)
            || publicKey.Length != PublicKeyBytes
            || !NSec.Cryptography.PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out PublicKey? imported))
        {
            return false;
        }

        key = new VerifierKey(type, name, publicKey.ToArray(), imported!);
        return true;
    }

    /// <summary>Whether <paramref name="signature"/> is this key's over the text of a note: 64 bytes, of a witness after 8 bytes of time.</summary>
    public bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) => Type == CosignatureType
        ? signature.Length == TimeBytes + SignatureBytes && BinaryPrimitives.ReadUInt64BigEndian(signature) <= long.MaxValue
            && SignatureAlgorithm.Ed25519.Verify(_key, CosignedMessage(BinaryPrimitives.ReadUInt64BigEndian(signature), text), signature[TimeBytes..])
        : signature.Length == SignatureBytes && SignatureAlgorithm.Ed25519.Verify(_key, text, signature);

    /// <summary>What a witness signs: that it saw the note's text at a time, in seconds since 1970.</summary>
    internal static byte[] CosignedMessage(ulong seconds, ReadOnlySpan<byte> text) =>
        [.. Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n")), .. text];

    /// <summary>The C2SP <c>vkey</c>: name, key id in hex, type and key in base64, joined by plus signs.</summary>
    public override string ToString() => $"{Name}+{Id:x8}+{Convert.ToBase64String([Type, .. _raw])}";

    /// <inheritdoc/>
    public bool Equals(VerifierKey? other) =>
        other is not null && Type == other.Type && Name == other.Name && _raw.AsSpan().SequenceEqual(other._raw);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VerifierKey);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Id;

    private static uint ComputeId(byte type, string name, ReadOnlySpan<byte> raw)
    {
        byte[] hash = SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', type, .. raw]);
        return BinaryPrimitives.ReadUInt32BigEndian(hash);
    }
}
