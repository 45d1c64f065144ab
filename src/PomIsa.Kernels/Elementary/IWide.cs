using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>A vector of f64 lanes, as many as the processor is good at; functions are written once over it.</summary>
/// <remarks>
/// For approximations with an error bound only: <see cref="MultiplyAdd"/> rounds once on some processors and
/// twice on others. Everything else here gives the same bits everywhere. Where an operand is NaN, any result will do.
/// </remarks>
internal interface IWide<T>
    where T : struct, IWide<T>
{
    /// <summary>Lanes of f64; as many f32 are loaded and stored.</summary>
    static abstract int Count { get; }

    static abstract T Create(double value);

    /// <summary>The same 64 bits in every lane.</summary>
    static abstract T Create(long bits);

    /// <summary><see cref="Count"/> f32, widened.</summary>
    static abstract T Load(ref readonly float source);

    /// <summary>Rounded to f32, to nearest even.</summary>
    static abstract void Store(T value, ref float target);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    static abstract T operator -(T a);

    static abstract T operator &(T a, T b);

    static abstract T operator |(T a, T b);

    static abstract T operator ^(T a, T b);

    /// <summary>The 64 bits of each lane shifted to the left.</summary>
    static abstract T operator <<(T a, int count);

    /// <summary>The 64 bits of each lane shifted to the right, zeros coming in.</summary>
    static abstract T operator >>>(T a, int count);

    /// <summary>a + b of the lanes taken as 64-bit integers.</summary>
    static abstract T AddBits(T a, T b);

    /// <summary>a − b of the lanes taken as 64-bit integers.</summary>
    static abstract T SubtractBits(T a, T b);

    /// <summary>a·b + c, rounded once or twice.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>c − a·b, rounded once or twice.</summary>
    static abstract T SubtractProduct(T c, T a, T b);

    static abstract T Abs(T a);

    static abstract T Sqrt(T a);

    /// <summary>The lesser; of zeros, either.</summary>
    static abstract T Min(T a, T b);

    /// <summary>The greater; of zeros, either.</summary>
    static abstract T Max(T a, T b);

    /// <summary><paramref name="yes"/> where a is less than b, else <paramref name="no"/>.</summary>
    static abstract T SelectLess(T a, T b, T yes, T no);

    /// <summary>1/a to f32 accuracy, relative error below 2^-22.9, for a and 1/a in the f32 normal range.</summary>
    static abstract T ReciprocalSeed(T a);

    /// <summary>1/√a to f32 accuracy, relative error below 2^-22.9, for a an f32, positive and finite.</summary>
    static abstract T ReciprocalSqrtSeed(T a);

    /// <summary>The entry of a table of 16 that the low 4 bits of each lane choose; the other bits are ignored.</summary>
    static abstract T Lookup16(ReadOnlySpan<double> table, T index);

    /// <summary>True if |x| ≤ far in every lane.</summary>
    static abstract bool Within(T x, double far);

    /// <summary>True if low ≤ x ≤ high in every lane; both bounds positive.</summary>
    static abstract bool Between(T x, double low, double high);

    /// <summary>
    /// True if in every lane y(1 ± 2^-<paramref name="bits"/>) rounds to the f32 that y rounds to, for y in the f32
    /// normal range: no midpoint, that is 29 dropped bits of 2^28, is nearer than 2^(53 − bits) ulp.
    /// </summary>
    static abstract bool Rounds(T y, int bits);
}

/// <summary>The integer constants of <see cref="IWide{T}"/>'s tests, folded by the JIT.</summary>
internal static class WideConstants
{
    private const int Dropped = 29;

    /// <summary>Added to y's bits, this brings the dropped bits that are near 2^28 to [0, 2·margin).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Shift(int bits) => (1L << (Dropped - 1)) + (1L << (53 - bits));

    /// <summary>Zero under this mask: near a midpoint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Mask(int bits) => (1L << Dropped) - (1L << (54 - bits));

    /// <summary>Added to the bits of a value ≥ low, this wraps to the least integers in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long FromLow(double low) => long.MinValue - BitConverter.DoubleToInt64Bits(low);

    /// <summary>The bits of high after <see cref="FromLow"/> was added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ToHigh(double low, double high) => FromLow(low) + BitConverter.DoubleToInt64Bits(high);
}
