using PomIsa.Kernels;

namespace PomIsa.Evidence.Commitments;

/// <summary>The salted commitment to a prompt: it binds the prompt and, while the salt is secret, says nothing about it.</summary>
public static class PromptCommitment
{
    /// <summary>Bytes of salt.</summary>
    public const int SaltBytes = 32;

    private const byte Prefix = 0x03;

    /// <summary>SHA-256(0x03 ‖ salt ‖ prompt).</summary>
    /// <exception cref="ArgumentException">The salt is not <see cref="SaltBytes"/> bytes.</exception>
    public static Digest Of(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> prompt)
    {
        if (salt.Length != SaltBytes)
        {
            throw new ArgumentException($"The salt is {SaltBytes} bytes, not {salt.Length}.", nameof(salt));
        }

        var message = new byte[SaltBytes + prompt.Length];
        salt.CopyTo(message);
        prompt.CopyTo(message.AsSpan(SaltBytes));
        return PrefixedSha256.Hash(Prefix, message);
    }
}
