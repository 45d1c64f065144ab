using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace PomIsa.Bench.Decoders;

/// <summary>The values of a random tensor, any 16 of them at a time and in any order.</summary>
/// <remarks>Value i is centre + amplitude · (h(i) / 2^31), where h is the 32-bit finalizer of MurmurHash3 over i and the tensor's seed, signed.</remarks>
public readonly struct RandomValues
{
    private readonly uint _seed;
    private readonly float _centre;
    private readonly float _scale;

    /// <summary>Values of a tensor; the seed is SHA-256 of its name and shape.</summary>
    public RandomValues(DecoderTensor tensor)
    {
        Span<byte> digest = stackalloc byte[Digest.Size];
        Digest.Of(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{tensor.Name}[{tensor.Rows},{tensor.Columns}]"))).CopyTo(digest);
        _seed = BinaryPrimitives.ReadUInt32LittleEndian(digest);
        _centre = tensor.Centre;
        _scale = tensor.Amplitude * (1f / (1 << 23));
    }

    /// <summary>Values <paramref name="first"/> to <paramref name="first"/> + 15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Sixteen(uint first)
    {
        Vector512<uint> x = (Vector512.Create(first) + Vector512<uint>.Indices) ^ Vector512.Create(_seed);
        x ^= x >> 16;
        x *= Vector512.Create(0x85ebca6b);
        x ^= x >> 13;
        x *= Vector512.Create(0xc2b2ae35);
        x ^= x >> 16;

        // 24 bits with sign are exact in f32, so each value is one product and one sum, rounded once each.
        Vector512<float> whole = Vector512.ConvertToSingle(x.AsInt32() >> 8);
        return (whole * Vector512.Create(_scale)) + Vector512.Create(_centre);
    }
}
