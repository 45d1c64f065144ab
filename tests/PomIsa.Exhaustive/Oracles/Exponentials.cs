using System.Runtime.CompilerServices;
using PomIsa.Exhaustive.MultiPrecision;

namespace PomIsa.Exhaustive.Oracles;

/// <summary>e^x.</summary>
internal readonly struct ExpOracle : IOracle
{
    public static string Name => "exp";

    public static Limits Limits => new(0f, 1f, 1f, float.PositiveInfinity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bracket Enclose(double x) => Bracket.Around(LibM.Exp(x), Margins.Call);

    public static bool Evaluate(Workspace at) => at.Y.Exp(at.X);
}

/// <summary>2^x.</summary>
internal readonly struct Exp2Oracle : IOracle
{
    public static string Name => "exp2";

    public static Limits Limits => new(0f, 1f, 1f, float.PositiveInfinity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bracket Enclose(double x) => Bracket.Around(LibM.Exp2(x), Margins.Call);

    public static bool Evaluate(Workspace at) => at.Y.Exp2(at.X);
}

/// <summary>ln x.</summary>
internal readonly struct LogOracle : IOracle
{
    public static string Name => "log";

    public static Limits Limits => new(float.NaN, float.NegativeInfinity, float.NegativeInfinity, float.PositiveInfinity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bracket Enclose(double x) => Bracket.Around(LibM.Log(x), Margins.Call);

    public static bool Evaluate(Workspace at) => at.Y.Log(at.X);
}

/// <summary>log₂ x.</summary>
internal readonly struct Log2Oracle : IOracle
{
    public static string Name => "log2";

    public static Limits Limits => new(float.NaN, float.NegativeInfinity, float.NegativeInfinity, float.PositiveInfinity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bracket Enclose(double x) => Bracket.Around(LibM.Log2(x), Margins.Call);

    public static bool Evaluate(Workspace at) => at.Y.Log2(at.X);
}
