using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>The 16 lanes of f32 that every kernel is written over, and the few operations that need care.</summary>
public static class Lanes
{
    /// <summary>f32 values in one vector: the logical width of the specification, whatever the processor has.</summary>
    public const int Count = 16;

    /// <summary>The only NaN that a result may hold.</summary>
    public const uint CanonicalNaN = 0x7fc00000;

    /// <summary>True where <c>fma</c> is an instruction; a constant to the JIT.</summary>
    public static bool HasFma
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx512F.IsSupported || System.Runtime.Intrinsics.X86.Fma.IsSupported || AdvSimd.Arm64.IsSupported;
    }

    /// <summary>a·b + c, rounded once, in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Fma(Vector512<float> a, Vector512<float> b, Vector512<float> c)
    {
        // Short, so that dozens of calls in one loop stay within what the JIT will inline.
        if (Avx512F.IsSupported)
        {
            return Avx512F.FusedMultiplyAdd(a, b, c);
        }

        return HasFma ? Vector512.FusedMultiplyAdd(a, b, c) : SoftwareFma.Multiply(a, b, c);
    }

    /// <summary>a·b + c, rounded once, in eight lanes: half a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> c)
    {
        if (System.Runtime.Intrinsics.X86.Fma.IsSupported)
        {
            return System.Runtime.Intrinsics.X86.Fma.MultiplyAdd(a, b, c);
        }

        return HasFma ? Vector256.FusedMultiplyAdd(a, b, c) : SoftwareFma.Multiply(a, b, c);
    }

    /// <summary>a·b + c, rounded once, in four lanes: a quarter of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Fma(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        HasFma ? Vector128.FusedMultiplyAdd(a, b, c) : SoftwareFma.Multiply(a, b, c);

    /// <summary>a·b + c, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Fma(float a, float b, float c)
    {
        if (System.Runtime.Intrinsics.X86.Fma.IsSupported)
        {
            return System.Runtime.Intrinsics.X86.Fma.MultiplyAddScalar(
                Vector128.CreateScalarUnsafe(a), Vector128.CreateScalarUnsafe(b), Vector128.CreateScalarUnsafe(c)).ToScalar();
        }

        if (AdvSimd.Arm64.IsSupported)
        {
            return AdvSimd.FusedMultiplyAddScalar(
                Vector64.CreateScalarUnsafe(c), Vector64.CreateScalarUnsafe(a), Vector64.CreateScalarUnsafe(b)).ToScalar();
        }

        return SoftwareFma.Multiply(a, b, c);
    }

    /// <summary>Every NaN becomes <see cref="CanonicalNaN"/>; all else is kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Canonical(Vector128<float> x) =>
        Vector128.ConditionalSelect(Vector128.Equals(x, x), x, Vector128.Create(CanonicalNaN).AsSingle());

    /// <summary>Every NaN becomes <see cref="CanonicalNaN"/>; all else is kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Canonical(Vector256<float> x) =>
        Vector256.ConditionalSelect(Vector256.Equals(x, x), x, Vector256.Create(CanonicalNaN).AsSingle());

    /// <summary>Every NaN becomes <see cref="CanonicalNaN"/>; all else is kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Canonical(Vector512<float> x) =>
        Vector512.ConditionalSelect(Vector512.Equals(x, x), x, Vector512.Create(CanonicalNaN).AsSingle());

    /// <summary>Every NaN becomes <see cref="CanonicalNaN"/>; all else is kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Canonical(float x) =>
        float.IsNaN(x) ? BitConverter.UInt32BitsToSingle(CanonicalNaN) : x;

    /// <summary>Up to 16 values, +0 in the lanes beyond them.</summary>
    public static Vector512<float> Load(ReadOnlySpan<float> values)
    {
        if (values.Length >= Count)
        {
            return Vector512.Create(values[..Count]);
        }

        Span<float> lanes = stackalloc float[Count];
        lanes.Clear();
        values.CopyTo(lanes);
        return Vector512.Create<float>(lanes);
    }

    /// <summary>Stores the first lanes, as many as <paramref name="values"/> has room for.</summary>
    /// <remarks>By reference: code that hands a vector to another method by value can't be compiled before it runs.</remarks>
    public static void Store(in Vector512<float> lanes, Span<float> values)
    {
        if (values.Length >= Count)
        {
            lanes.CopyTo(values);
            return;
        }

        Span<float> all = stackalloc float[Count];
        lanes.CopyTo(all);
        all[..values.Length].CopyTo(values);
    }

    /// <summary>Makes every NaN of <paramref name="values"/> the canonical one, in place.</summary>
    public static void Canonicalize(Span<float> values)
    {
        int i = 0;
        for (; i <= values.Length - Count; i += Count)
        {
            Canonical(Vector512.Create<float>(values.Slice(i, Count))).CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            values[i] = Canonical(values[i]);
        }
    }
}
