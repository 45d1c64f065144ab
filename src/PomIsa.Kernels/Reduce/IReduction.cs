using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>One operation that takes many values to one, and the value that changes nothing.</summary>
internal interface IReduction<T>
    where T : unmanaged
{
    static abstract T Identity { get; }

    static abstract T Of(T a, T b);

    static abstract Vector512<T> Of(Vector512<T> a, Vector512<T> b);
}

/// <summary>a + b; integers wrap.</summary>
internal readonly struct SumOf<T> : IReduction<T>
    where T : unmanaged, INumber<T>
{
    public static T Identity => T.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of(T a, T b) => unchecked(a + b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => a + b;
}

/// <summary>a · b; integers wrap.</summary>
internal readonly struct ProductOf<T> : IReduction<T>
    where T : unmanaged, INumber<T>
{
    public static T Identity => T.One;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of(T a, T b) => unchecked(a * b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => a * b;
}

/// <summary>The greater of two; NaN if either is, +0 above -0 (spec/numerics.md, rule 1.7).</summary>
internal readonly struct GreatestOf<T> : IReduction<T>
    where T : unmanaged, INumber<T>, IMinMaxValue<T>
{
    // Below every number: of f32 that is the infinity, which MinValue is not.
    public static T Identity => typeof(T) == typeof(float) ? T.CreateTruncating(float.NegativeInfinity) : T.MinValue;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of(T a, T b) => T.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => Vector512.Max(a, b);
}

/// <summary>The smaller of two; NaN if either is, -0 below +0.</summary>
internal readonly struct LeastOf<T> : IReduction<T>
    where T : unmanaged, INumber<T>, IMinMaxValue<T>
{
    public static T Identity => typeof(T) == typeof(float) ? T.CreateTruncating(float.PositiveInfinity) : T.MaxValue;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of(T a, T b) => T.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => Vector512.Min(a, b);
}
