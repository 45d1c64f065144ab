using System.Buffers.Binary;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Privacy;

/// <summary>An output under salt, written to be read beside spec/evidence.md, chapter 12; <see cref="SaltBatch"/> is the fast form.</summary>
public static class Salted
{
    internal const byte CommitmentPrefix = 0x04;
    internal const byte ScalarPrefix = 0x05;

    /// <summary>SHA-256(0x04 ‖ salt ‖ commitment).</summary>
    public static Digest Of(Digest salt, Digest commitment)
    {
        Span<byte> message = stackalloc byte[2 * Digest.Size];
        salt.CopyTo(message);
        commitment.CopyTo(message[Digest.Size..]);
        return PrefixedSha256.Hash(CommitmentPrefix, message);
    }

    /// <summary>SHA-256(0x05 ‖ salt ‖ scalar as i64).</summary>
    public static Digest Of(Digest salt, long scalar)
    {
        Span<byte> message = stackalloc byte[Digest.Size + sizeof(long)];
        salt.CopyTo(message);
        BinaryPrimitives.WriteInt64LittleEndian(message[Digest.Size..], scalar);
        return PrefixedSha256.Hash(ScalarPrefix, message);
    }

    /// <summary>Whether a salt and a scalar are those of an output of a private run's record.</summary>
    /// <param name="retire">The record.</param>
    /// <param name="output">Index among its scalars.</param>
    /// <param name="scalar">What is shown.</param>
    /// <param name="salt">Its salt.</param>
    public static bool Opens(Retire retire, int output, long scalar, Digest salt)
    {
        ArgumentNullException.ThrowIfNull(retire);
        return retire.SaltsScalars && output >= 0 && output < retire.Salted.Length && retire.Salted[output] == Of(salt, scalar);
    }
}
