using System.Runtime.CompilerServices;
using PomIsa.Exhaustive.MultiPrecision;

namespace PomIsa.Exhaustive.Oracles;

/// <summary>1 / (1 + e^-x).</summary>
internal readonly struct SigmoidOracle : IOracle
{
    public static string Name => "sigmoid";

    public static Limits Limits => new(0f, 0.5f, 0.5f, 1f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bracket Enclose(double x) => Bracket.Around(1 / (1 + LibM.Exp(-x)), Margins.Call);

    public static bool Evaluate(Workspace at)
    {
        OnePlusExp(at, at.X);
        at.A.Set(1);
        at.Y.Divide(at.A, at.B);
        return false;
    }

    /// <summary>Leaves 1 + e^-t in B; uses A.</summary>
    public static void OnePlusExp(Workspace at, Real t)
    {
        at.B.Negate(t);
        at.B.Exp(at.B);
        at.A.Set(1);
        at.B.Add(at.A, at.B);
    }
}

/// <summary>x / (1 + e^-x).</summary>
internal readonly struct SiluOracle : IOracle
{
    public static string Name => "silu";

    public static Limits Limits => new(-0f, -0f, 0f, float.PositiveInfinity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bracket Enclose(double x) =>
        Math.Abs(x) < Margins.Near ? Bracket.AboveHalf(x) : Bracket.Around(x / (1 + LibM.Exp(-x)), Margins.Call);

    public static bool Evaluate(Workspace at)
    {
        SigmoidOracle.OnePlusExp(at, at.X);
        at.Y.Divide(at.X, at.B);
        return false;
    }
}

/// <summary>ln(1 + e^x).</summary>
internal readonly struct SoftplusOracle : IOracle
{
    public static string Name => "softplus";

    public static Limits Limits => new(0f, 0.6931472f, 0.6931472f, float.PositiveInfinity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bracket Enclose(double x) =>
        Bracket.Around(Math.Max(x, 0) + LibM.LogOnePlus(LibM.Exp(-Math.Abs(x))), Margins.TwoCalls);

    public static bool Evaluate(Workspace at)
    {
        // ln(1 + e^-|x|) and the positive part of x: e^x itself may be beyond any exponent.
        at.A.SetMagnitude(at.X);
        at.B.Negate(at.A);
        at.B.Exp(at.B);
        at.B.LogOnePlus(at.B);
        at.A.Add(at.A, at.X);
        at.A.Scale(at.A, -1);
        at.Y.Add(at.A, at.B);
        return false;
    }
}
