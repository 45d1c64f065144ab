using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Conversions between element types (spec/numerics.md, chapter 14). Shapes: <c>x:[n] → y:[n]</c>. No overlap.</summary>
/// <remarks>Those of f16 and bf16 are <see cref="HalfPrecision"/>. All are written out, since what a conversion of the language gives out of range has changed before.</remarks>
public static class Casts
{
    /// <summary>Integers to f32, rounded once.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void ToF32<T>(ReadOnlySpan<T> x, Span<float> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        Shape.Require(x.Length == y.Length, "x and y differ in length");
        int i = typeof(T) == typeof(int) ? Lines(MemoryMarshal.Cast<T, int>(x), y) : 0;
        for (; i < y.Length; i++)
        {
            y[i] = long.CreateTruncating(x[i]);
        }
    }

    /// <summary>Truth values to f32: 0 or 1.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void BoolToF32(ReadOnlySpan<byte> x, Span<float> y)
    {
        Shape.Require(x.Length == y.Length, "x and y differ in length");
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = x[i] != 0 ? 1 : 0;
        }
    }

    /// <summary>f32 to integers of at most 32 bits, toward zero, clamped; NaN gives 0.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void ToNarrow<T>(ReadOnlySpan<float> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        Shape.Require(x.Length == y.Length, "x and y differ in length");
        double least = double.CreateTruncating(T.MinValue), most = double.CreateTruncating(T.MaxValue);
        int i = typeof(T) == typeof(int) ? Lines(x, MemoryMarshal.Cast<T, int>(y)) : 0;
        for (; i < y.Length; i++)
        {
            double value = x[i];
            value = value >= most ? most : value >= least ? value : double.IsNaN(value) ? 0 : least;
            y[i] = T.CreateTruncating((int)value);
        }
    }

    /// <summary>f32 to i64, toward zero, clamped; NaN gives 0.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void ToI64(ReadOnlySpan<float> x, Span<long> y)
    {
        const float Beyond = 9223372036854775808f; // 2^63, the first that has no i64
        Shape.Require(x.Length == y.Length, "x and y differ in length");
        for (int i = 0; i < y.Length; i++)
        {
            float value = x[i];
            y[i] = value >= Beyond ? long.MaxValue : value >= -Beyond ? (long)value : float.IsNaN(value) ? 0 : long.MinValue;
        }
    }

    /// <summary>f32 to a truth value: 1 unless ±0; of NaN 1.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void ToBool(ReadOnlySpan<float> x, Span<byte> y)
    {
        Shape.Require(x.Length == y.Length, "x and y differ in length");
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = x[i] != 0 ? (byte)1 : (byte)0;
        }
    }

    /// <summary>Integers to a truth value: 1 unless 0.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void ToBool<T>(ReadOnlySpan<T> x, Span<byte> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        Shape.Require(x.Length == y.Length, "x and y differ in length");
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = T.IsZero(x[i]) ? (byte)0 : (byte)1;
        }
    }

    /// <summary>Truth values to integers: 0 or 1.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void FromBool<T>(ReadOnlySpan<byte> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        Shape.Require(x.Length == y.Length, "x and y differ in length");
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = x[i] != 0 ? T.One : T.Zero;
        }
    }

    /// <summary>Integers to integers: the low bits, with the sign where the result is wider.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Wrap<TFrom, TTo>(ReadOnlySpan<TFrom> x, Span<TTo> y)
        where TFrom : unmanaged, IBinaryInteger<TFrom>
        where TTo : unmanaged, IBinaryInteger<TTo>
    {
        Shape.Require(x.Length == y.Length, "x and y differ in length");
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = TTo.CreateTruncating(x[i]);
        }
    }

    /// <summary>Sixteen elements at a time, as many as there are whole vectors.</summary>
    private static int Lines(ReadOnlySpan<int> x, Span<float> y)
    {
        int i = 0;
        for (; i <= y.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512.ConvertToSingle(Vector512.Create(x.Slice(i, Lanes.Count))).CopyTo(y[i..]);
        }

        return i;
    }

    /// <summary>Sixteen elements at a time; what i32 has no place for is taken out before the conversion and put right behind it.</summary>
    private static int Lines(ReadOnlySpan<float> x, Span<int> y)
    {
        Vector512<float> beyond = Vector512.Create(2147483648f);
        int i = 0;
        for (; i <= y.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> value = Vector512.Create(x.Slice(i, Lanes.Count));
            Vector512<float> fits = Vector512.LessThan(value, beyond) & Vector512.GreaterThanOrEqual(value, -beyond);
            Vector512<int> whole = Vector512.ConvertToInt32(Vector512.ConditionalSelect(fits, value, Vector512<float>.Zero));
            Vector512<int> most = Vector512.GreaterThanOrEqual(value, beyond).AsInt32() & Vector512.Create(int.MaxValue);
            Vector512<int> least = Vector512.LessThan(value, -beyond).AsInt32() & Vector512.Create(int.MinValue);
            (whole | most | least).CopyTo(y[i..]);
        }

        return i;
    }
}
