using System.Runtime.CompilerServices;
using PomIsa.Exhaustive.MultiPrecision;

namespace PomIsa.Exhaustive.Oracles;

/// <summary>tanh x.</summary>
internal readonly struct TanhOracle : IOracle
{
    public static string Name => "tanh";

    public static Limits Limits => new(-1f, -0f, 0f, 1f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bracket Enclose(double x) => Bracket.Around(LibM.Tanh(x), Margins.Call);

    public static bool Evaluate(Workspace at) => at.Y.Tanh(at.X);
}

/// <summary>erf x.</summary>
internal readonly struct ErfOracle : IOracle
{
    public static string Name => "erf";

    public static Limits Limits => new(-1f, -0f, 0f, 1f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bracket Enclose(double x) => Bracket.Around(LibM.Erf(x), Margins.Call);

    public static bool Evaluate(Workspace at) => at.Y.Erf(at.X);
}

/// <summary>x · (1 + erf(x/√2)) / 2.</summary>
internal readonly struct GeluOracle : IOracle
{
    private const double HalfRoot = 0.70710678118654752440;

    public static string Name => "gelu";

    public static Limits Limits => new(-0f, -0f, 0f, float.PositiveInfinity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bracket Enclose(double x) => Math.Abs(x) < Margins.Near
        ? Bracket.AboveHalf(x)
        : Bracket.Around(0.5 * x * LibM.ErfComplement(-HalfRoot * x), Margins.Amplified);

    public static bool Evaluate(Workspace at)
    {
        at.A.Set(0.5);
        at.A.SquareRoot(at.A);
        at.A.Multiply(at.A, at.X);
        at.A.Negate(at.A);
        at.A.ErfComplement(at.A);
        at.Y.Multiply(at.A, at.X);
        at.Y.Scale(at.Y, -1);
        return false;
    }
}

/// <summary>x · (1 + tanh(√(2/π)·(x + 0.044715x³))) / 2, which is x / (1 + e^(−2√(2/π)·(x + 0.044715x³))).</summary>
internal readonly struct GeluTanhOracle : IOracle
{
    private const double TwiceRoot = 1.59576912160573071176; // 2√(2/π)

    public static string Name => "gelu.tanh";

    public static Limits Limits => new(-0f, -0f, 0f, float.PositiveInfinity);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bracket Enclose(double x) => Math.Abs(x) < Margins.Near
        ? Bracket.AboveHalf(x)
        : Bracket.Around(x / (1 + LibM.Exp(-(TwiceRoot * x * (1 + (0.044715 * (x * x)))))), Margins.Amplified);

    public static bool Evaluate(Workspace at)
    {
        at.A.Set(44715);
        at.B.Set(1_000_000);
        at.A.Divide(at.A, at.B); // 0.044715 is a decimal: exact in no binary format
        at.B.Multiply(at.X, at.X);
        at.A.Multiply(at.A, at.B);
        at.B.Set(1);
        at.A.Add(at.A, at.B);
        at.A.Multiply(at.A, at.X);
        at.B.Pi();
        at.Y.Set(8);
        at.B.Divide(at.Y, at.B);
        at.B.SquareRoot(at.B); // √(8/π) = 2√(2/π)
        at.Y.Multiply(at.A, at.B);
        SigmoidOracle.OnePlusExp(at, at.Y);
        at.Y.Divide(at.X, at.B);
        return false;
    }
}
