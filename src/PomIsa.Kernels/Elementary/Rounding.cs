using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Applies an elementary function to many values, correctly rounded, by Ziv's test.</summary>
/// <remarks>
/// An f64 y with relative error below 2^-b stands for an interval. Where the interval rounds to one f32, that is the
/// result, whatever y's last bits are; so they may depend on the processor and the result cannot.
/// </remarks>
internal static class Rounding
{
    /// <summary>y[i] = F(x[i]). <paramref name="y"/> may be <paramref name="x"/> itself; no other overlap.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Map<F>(ReadOnlySpan<float> x, Span<float> y)
        where F : struct, IElementary
    {
        if (x.Length != y.Length)
        {
            throw new ArgumentException($"x has {x.Length} values and y {y.Length}.", nameof(y));
        }

        if (Vector512.IsHardwareAccelerated)
        {
            Map<F, Wide8>(x, y);
        }
        else if (Avx2.IsSupported)
        {
            Map<F, Wide4>(x, y);
        }
        else
        {
            Map<F, Wide2>(x, y);
        }
    }

    /// <summary>F of one value.</summary>
    public static float One<F>(float x)
        where F : struct, IElementary
    {
        float y = 0;
        Map<F>(new ReadOnlySpan<float>(in x), new Span<float>(ref y));
        return y;
    }

    /// <summary>y[i] = F(x[i]) of 16 values where that takes neither tests of single lanes nor a call; else they are not written, and it is false.</summary>
    /// <remarks>Part of a loop: what such a loop keeps in registers would have to leave them around a call.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TrySixteen<F>(ref float x, ref float y)
        where F : struct, IElementary
    {
        if (Vector512.IsHardwareAccelerated && Wide8.Inside(in x, F.Near, F.Far, F.BothSigns))
        {
            Wide8 first = F.Approximate(Wide8.Load(in x)), second = F.Approximate(Wide8.Load(in Unsafe.Add(ref x, Wide8.Count)));
            if (Wide8.Round(first, second, F.Bits))
            {
                Wide8.Store(first, second, ref y);
                return true;
            }
        }

        return false;
    }

    private static void Map<F, T>(ReadOnlySpan<float> x, Span<float> y)
        where F : struct, IElementary
        where T : struct, IWide<T>
    {
        int i = 0;
        ref float source = ref MemoryMarshal.GetReference(x);
        ref float target = ref MemoryMarshal.GetReference(y);
        int step = 2 * T.Count;
        for (; i <= x.Length - step; i += step)
        {
            Evaluate<F, T>(ref Unsafe.Add(ref source, i), ref Unsafe.Add(ref target, i));
        }

        if (i < x.Length)
        {
            Span<float> last = stackalloc float[step];
            last.Fill(x[i]);
            x[i..].CopyTo(last);
            Evaluate<F, T>(ref last[0], ref last[0]);
            last[..(x.Length - i)].CopyTo(y[i..]);
        }
    }

    /// <summary>Two vectors at a time, so that the tests on all 2 · <see cref="IWide{T}.Count"/> lanes cost little.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Evaluate<F, T>(ref float source, ref float target)
        where F : struct, IElementary
        where T : struct, IWide<T>
    {
        if (T.Inside(in source, F.Near, F.Far, F.BothSigns))
        {
            T first = F.Approximate(T.Load(in source));
            T second = F.Approximate(T.Load(in Unsafe.Add(ref source, T.Count)));
            if (T.Round(first, second, F.Bits))
            {
                T.Store(first, ref target);
                T.Store(second, ref Unsafe.Add(ref target, T.Count));
                return;
            }
        }

        Settle<F, T>(ref source, ref target);
        Settle<F, T>(ref Unsafe.Add(ref source, T.Count), ref Unsafe.Add(ref target, T.Count));
    }

    /// <summary>Rounds both ends of each lane's interval; where they differ, and for zeros, the reference decides.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Settle<F, T>(ref float source, ref float target)
        where F : struct, IElementary
        where T : struct, IWide<T>
    {
        double error = 2.0 / (1L << F.Bits); // twice the bound: the products below round too
        Span<float> below = stackalloc float[T.Count], above = stackalloc float[T.Count];
        T y = F.Approximate(T.Load(in source));
        T.Store(y * T.Create(1 - error), ref below[0]);
        T.Store(y * T.Create(1 + error), ref above[0]);
        for (int lane = 0; lane < T.Count; lane++)
        {
            float x = Unsafe.Add(ref source, lane);
            bool settled = x >= F.Low && x <= F.High && x != 0
                && BitConverter.SingleToInt32Bits(below[lane]) == BitConverter.SingleToInt32Bits(above[lane]);
            Unsafe.Add(ref target, lane) = settled ? below[lane] : F.Decide(x);
        }
    }
}
