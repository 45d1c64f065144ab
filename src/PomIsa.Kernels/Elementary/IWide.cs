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

    /// <summary>The highest 16 bits of each lane, moved down to where <see cref="Lookup16"/> reads, and as a signed number.</summary>
    static abstract T Top16(T a, out T number);

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

    /// <summary>True if near ≤ |x| ≤ far (x itself unless <paramref name="bothSigns"/>) for the next 2 · <see cref="Count"/> f32.</summary>
    /// <param name="near">+0 or more.</param>
    static abstract bool Inside(ref readonly float source, float near, float far, bool bothSigns);

    /// <summary>
    /// True if in every lane y(1 ± 2^-<paramref name="bits"/>) rounds to the f32 that y rounds to, for y zero or in the f32
    /// normal range: no midpoint, that is 29 dropped bits of 2^28, is nearer than 2^(53 − bits) ulp.
    /// </summary>
    static abstract bool Round(T first, T second, int bits);

    /// <summary>True if |first| ≤ far and |second| ≤ far in every lane. False for NaN.</summary>
    static abstract bool Within(T first, T second, double far);
}

/// <summary>The integer constants of <see cref="IWide{T}"/>'s tests, folded by the JIT.</summary>
internal static class WideConstants
{
    private const int Dropped = 29;

    /// <summary>Added to y's low 32 bits, this brings the dropped bits that are near 2^28 to [0, 2·margin).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Shift(int bits) => (1 << (Dropped - 1)) + (1 << (53 - bits));

    /// <summary>Zero under this mask: near a midpoint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Mask(int bits) => (1 << Dropped) - (1 << (54 - bits));

    /// <summary>Added to the bits of an f32 ≥ near, this wraps to the least integers in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FromNear(float near) => int.MinValue - BitConverter.SingleToInt32Bits(near);

    /// <summary>The bits of far after <see cref="FromNear"/> was added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ToFar(float near, float far) => FromNear(near) + BitConverter.SingleToInt32Bits(far);
}
