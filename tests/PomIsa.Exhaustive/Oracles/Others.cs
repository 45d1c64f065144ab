using System.Runtime.CompilerServices;
using PomIsa.Exhaustive.MultiPrecision;

namespace PomIsa.Exhaustive.Oracles;

/// <summary>1/√x.</summary>
internal readonly struct RsqrtOracle : IOracle
{
    public static string Name => "rsqrt";

    public static Limits Limits => new(float.NaN, float.NegativeInfinity, float.PositiveInfinity, 0f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bracket Enclose(double x) => Bracket.Around(1 / Math.Sqrt(x), Margins.Call);

    public static bool Evaluate(Workspace at) => at.Y.ReciprocalSquareRoot(at.X);
}

/// <summary>sin x, x in radians.</summary>
internal readonly struct SinOracle : IOracle
{
    public static string Name => "sin";

    public static Limits Limits => new(float.NaN, -0f, 0f, float.NaN);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bracket Enclose(double x) => Bracket.Around(LibM.Sin(x), Margins.Call);

    public static bool Evaluate(Workspace at) => at.Y.Sin(at.X);
}

/// <summary>cos x, x in radians.</summary>
internal readonly struct CosOracle : IOracle
{
    public static string Name => "cos";

    public static Limits Limits => new(float.NaN, 1f, 1f, float.NaN);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bracket Enclose(double x) => Bracket.Around(LibM.Cos(x), Margins.Call);

    public static bool Evaluate(Workspace at) => at.Y.Cos(at.X);
}
