using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>x^y = ±2^(y · log2 |x|), correctly rounded by Ziv's test as in <see cref="Rounding"/>.</summary>
internal static class Pow
{
    /// <summary>
    /// The relative error of <see cref="Approximate"/> is below 2^-Bits: the exponent, at most 160, is off by 2^-50.8 (the logarithm) and
    /// 2^-53 (the product), relative, which makes 2^-43.7 of the power; 2^-47.2 is added by its own evaluation.
    /// </summary>
    public const int Bits = 43;

    /// <summary>Powers of two beyond which f32 overflows and vanishes.</summary>
    private const double Far = 160;

    /// <summary>z[i] = x[i]^y[i]. <paramref name="z"/> may be <paramref name="x"/> or <paramref name="y"/> itself; no other overlap.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Map(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> z)
    {
        if (x.Length != y.Length || x.Length != z.Length)
        {
            throw new ArgumentException($"x has {x.Length} values, y {y.Length} and z {z.Length}.", nameof(z));
        }

        if (Vector512.IsHardwareAccelerated)
        {
            Map<Wide8>(x, y, z);
        }
        else if (Avx2.IsSupported)
        {
            Map<Wide4>(x, y, z);
        }
        else
        {
            Map<Wide2>(x, y, z);
        }
    }

    /// <summary>|x|^y for |x| an f32, not 0 and finite, and y finite; beyond 2^±160, that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Approximate<T>(T x, T y)
        where T : struct, IWide<T>
    {
        T exponent = y * Logarithm.BinaryClose(T.Abs(x));
        return Exponential.Exp2(T.Max(T.Min(exponent, T.Create(Far)), T.Create(-Far)));
    }

    private static void Map<T>(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> z)
        where T : struct, IWide<T>
    {
        int i = 0;
        ref float xs = ref MemoryMarshal.GetReference(x);
        ref float ys = ref MemoryMarshal.GetReference(y);
        ref float zs = ref MemoryMarshal.GetReference(z);
        int step = 2 * T.Count;
        for (; i <= x.Length - step; i += step)
        {
            Evaluate<T>(ref Unsafe.Add(ref xs, i), ref Unsafe.Add(ref ys, i), ref Unsafe.Add(ref zs, i));
        }

        if (i < x.Length)
        {
            Span<float> lastX = stackalloc float[step], lastY = stackalloc float[step];
            lastX.Fill(1);
            lastY.Fill(1);
            x[i..].CopyTo(lastX);
            y[i..].CopyTo(lastY);
            Evaluate<T>(ref lastX[0], ref lastY[0], ref lastX[0]);
            lastX[..(x.Length - i)].CopyTo(z[i..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Evaluate<T>(ref float xs, ref float ys, ref float zs)
        where T : struct, IWide<T>
    {
        T firstSign = T.Create(0.0), secondSign = firstSign;
        if (T.Inside(in xs, float.Epsilon, float.MaxValue, bothSigns: false)
            || TrySigns(ref xs, ref ys, out firstSign, out secondSign))
        {
            T first = T.Load(in ys) * Logarithm.BinaryClose(T.Abs(T.Load(in xs)));
            T second = T.Load(in Unsafe.Add(ref ys, T.Count)) * Logarithm.BinaryClose(T.Abs(T.Load(in Unsafe.Add(ref xs, T.Count))));
            if (T.Within(first, second, 126)) // where f32 is normal
            {
                first = Exponential.Exp2(first);
                second = Exponential.Exp2(second);
                if (T.Round(first, second, Bits))
                {
                    T.Store(first | firstSign, ref zs);
                    T.Store(second | secondSign, ref Unsafe.Add(ref zs, T.Count));
                    return;
                }
            }
        }

        Settle<T>(ref xs, ref ys, ref zs);
        Settle<T>(ref Unsafe.Add(ref xs, T.Count), ref Unsafe.Add(ref ys, T.Count), ref Unsafe.Add(ref zs, T.Count));
    }

    /// <summary>The signs of powers, if every x is finite and not 0, and y an integer wherever x is negative.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TrySigns<T>(ref float xs, ref float ys, out T first, out T second)
        where T : struct, IWide<T>
    {
        first = Sign(T.Load(in xs), T.Load(in ys), out T firstRest);
        second = Sign(T.Load(in Unsafe.Add(ref xs, T.Count)), T.Load(in Unsafe.Add(ref ys, T.Count)), out T secondRest);
        return T.Inside(in xs, float.Epsilon, float.MaxValue, bothSigns: true)
            && T.Inside(in ys, 0, 1L << 50, bothSigns: true)
            && T.Within(firstRest, secondRest, 0);
    }

    /// <summary>The sign of a negative x where y is odd; the rest is what y has beyond an integer where x is negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Sign<T>(T x, T y, out T rest)
        where T : struct, IWide<T>
    {
        T rounder = T.Create(1.5 * (1L << 52)), zero = T.Create(0.0);
        T shifted = y + rounder;
        rest = T.SelectLess(x, zero, y - (shifted - rounder), zero);
        return (shifted << 63) & x;
    }

    /// <summary>Rounds both ends of each lane's interval; where they differ, and in special cases, the reference decides.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Settle<T>(ref float xs, ref float ys, ref float zs)
        where T : struct, IWide<T>
    {
        const double Error = 2.0 / (1L << Bits); // twice the bound: the products below round too
        Span<float> below = stackalloc float[T.Count], above = stackalloc float[T.Count];
        T z = Approximate(T.Load(in xs), T.Load(in ys));
        T.Store(z * T.Create(1 - Error), ref below[0]);
        T.Store(z * T.Create(1 + Error), ref above[0]);
        for (int lane = 0; lane < T.Count; lane++)
        {
            float x = Unsafe.Add(ref xs, lane), y = Unsafe.Add(ref ys, lane);
            bool settled = x != 0 && float.IsFinite(x) && float.IsFinite(y) && (x > 0 || float.IsInteger(y))
                && BitConverter.SingleToInt32Bits(below[lane]) == BitConverter.SingleToInt32Bits(above[lane]);
            Unsafe.Add(ref zs, lane) = !settled ? Reference.Power.Pow(x, y)
                : x < 0 && float.IsOddInteger(y) ? -below[lane] : below[lane];
        }
    }
}
