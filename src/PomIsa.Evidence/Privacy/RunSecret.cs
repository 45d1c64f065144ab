using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace PomIsa.Evidence.Privacy;

/// <summary>32 random bytes of which all salts of one run are made. Who has them reads the run; each salt alone opens one output and says nothing of the others.</summary>
/// <remarks>Its text form is for one file of mode 600 and is never printed: <see cref="ToString"/> does not tell.</remarks>
public sealed class RunSecret
{
    /// <summary>Bytes of a secret.</summary>
    public const int Bytes = 32;

    private readonly byte[] _secret;

    private RunSecret(byte[] secret) => _secret = secret;

    /// <summary>What a private run's opening record holds of it: the salt of action 0.</summary>
    public Digest Check => Salt(0, 0);

    /// <summary>Salt of the prompt.</summary>
    public Digest PromptSalt => Salt(0, 1);

    internal ReadOnlySpan<byte> Key => _secret;

    /// <summary>A new secret from the system's random source.</summary>
    public static RunSecret Create() => new(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>A secret of given bytes.</summary>
    /// <exception cref="ArgumentException">They are not <see cref="Bytes"/>.</exception>
    public static RunSecret Of(ReadOnlySpan<byte> secret) => secret.Length == Bytes
        ? new RunSecret(secret.ToArray())
        : throw new ArgumentException($"A run's secret has {Bytes} bytes, not {secret.Length}.", nameof(secret));

    /// <summary>Reads what <see cref="ToFileText"/> writes, and nothing else.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RunSecret? secret)
    {
        ArgumentNullException.ThrowIfNull(text);
        secret = Digest.TryParse(text.EndsWith('\n') ? text[..^1] : text, out Digest bytes) ? new RunSecret(bytes.ToArray()) : null;
        return secret is not null;
    }

    /// <summary>The line of its file: 64 hexadecimal digits.</summary>
    public string ToFileText() => Convert.ToHexStringLower(_secret) + "\n";

    /// <summary>HMAC-SHA-256(secret, sequence ‖ output): the salt of one output of one action.</summary>
    /// <param name="sequence">The action.</param>
    /// <param name="output">Index among its outputs.</param>
    public Digest Salt(ulong sequence, byte output)
    {
        Span<byte> message = stackalloc byte[sizeof(ulong) + 1], salt = stackalloc byte[Digest.Size];
        BinaryPrimitives.WriteUInt64LittleEndian(message, sequence);
        message[^1] = output;
        HMACSHA256.HashData(_secret, message, salt);
        return new Digest(salt);
    }

    /// <inheritdoc/>
    public override string ToString() => "a run's secret";
}
