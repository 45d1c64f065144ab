namespace PomIsa.Kernels;

/// <summary>An elementary function of one f32 as the rounding loop (<see cref="Rounding"/>) sees it.</summary>
/// <remarks>
/// Three ways to a result, each slower and rarer: <see cref="Approximate"/> where all lanes are near enough and
/// clear of midpoints; the same with both ends of its error interval rounded; <see cref="Decide"/>.
/// </remarks>
internal interface IElementary
{
    /// <summary>The relative error of <see cref="Approximate"/> is below 2^-Bits, with fused multiply-add or without.</summary>
    static abstract int Bits { get; }

    /// <summary>The least x for which <see cref="Approximate"/> keeps its bound; below it, <see cref="Decide"/>.</summary>
    static abstract float Low { get; }

    /// <summary>The greatest such x.</summary>
    static abstract float High { get; }

    /// <summary>The least |x| (or x, see <see cref="BothSigns"/>) of the first way.</summary>
    /// <remarks>
    /// Between <see cref="Near"/> and <see cref="Far"/>, inclusive, x lies within [<see cref="Low"/>, <see cref="High"/>] and its
    /// result is zero or in the normal range of f32. Near is +0 or more.
    /// </remarks>
    static abstract float Near { get; }

    /// <summary>The greatest |x| (or x) of the first way.</summary>
    static abstract float Far { get; }

    /// <summary>True if <see cref="Near"/> and <see cref="Far"/> speak of |x|; false if of x, so that negative x go the second way.</summary>
    static abstract bool BothSigns { get; }

    /// <summary>The function in f64. Lanes beyond [<see cref="Low"/>, <see cref="High"/>] may hold anything.</summary>
    static abstract T Approximate<T>(T x)
        where T : struct, IWide<T>;

    /// <summary>The correctly rounded result of any f32, slowly; NaN gives the canonical one.</summary>
    static abstract float Decide(float x);
}
