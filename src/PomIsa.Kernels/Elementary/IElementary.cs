namespace PomIsa.Kernels;

/// <summary>An elementary function of one f32 as the rounding loop (<see cref="Rounding"/>) sees it.</summary>
/// <remarks>
/// Three ways to a result, each slower and rarer: <see cref="Approximate"/> where all lanes are <see cref="Inside"/> and
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

    /// <summary>
    /// True only if every lane is within [<see cref="Low"/>, <see cref="High"/>] and its result is zero or in the normal
    /// range of f32. False for NaN.
    /// </summary>
    static abstract bool Inside<T>(T x)
        where T : struct, IWide<T>;

    /// <summary>The function in f64. Lanes beyond [<see cref="Low"/>, <see cref="High"/>] may hold anything.</summary>
    static abstract T Approximate<T>(T x)
        where T : struct, IWide<T>;

    /// <summary>The correctly rounded result of any f32, slowly; NaN gives the canonical one.</summary>
    static abstract float Decide(float x);
}
