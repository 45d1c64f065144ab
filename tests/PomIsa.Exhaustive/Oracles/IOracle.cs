using System.Runtime.CompilerServices;
using PomIsa.Exhaustive.MultiPrecision;

namespace PomIsa.Exhaustive.Oracles;

/// <summary>What a function is, independently of the kernels: at its limits, in f64 with a bound, and in multi-precision.</summary>
internal interface IOracle
{
    /// <summary>Name in the registry of the kernels.</summary>
    static abstract string Name { get; }

    /// <summary>Results at −inf, −0, +0 and +inf, as they stand in spec/numerics.md, chapter 4.</summary>
    static abstract Limits Limits { get; }

    /// <summary>Two f64 with the exact value of a finite x ≠ 0 between them; NaN where there is none.</summary>
    /// <remarks>Where f64 underflows, both ends are far below half the least f32 and round to a zero of the right sign.</remarks>
    static abstract Bracket Enclose(double x);

    /// <summary>Leaves the value at X in Y; see <see cref="Workspace.Decide"/>.</summary>
    static abstract bool Evaluate(Workspace at);
}

/// <summary>Results at −inf, −0, +0 and +inf.</summary>
internal readonly record struct Limits(float NegativeInfinity, float NegativeZero, float Zero, float Infinity);

/// <summary>An interval of reals with f64 ends, in either order.</summary>
internal readonly record struct Bracket(double Low, double High)
{
    /// <summary>All that is within a relative distance of <paramref name="value"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bracket Around(double value, double margin) => new(value * (1 - margin), value * (1 + margin));

    /// <summary>A real strictly between x/2 and the next f64 that is greater, so near to x/2 that this end stands for both.</summary>
    /// <remarks>x/2 may lie midway between two subnormal f32, so what comes on top decides; the f64 above x/2 is on the same side.</remarks>
    public static Bracket AboveHalf(double x) => new(Math.BitIncrement(0.5 * x), Math.BitIncrement(0.5 * x));
}
