using System.Runtime.InteropServices;
using static PomIsa.Exhaustive.MultiPrecision.MpfrLibrary;

namespace PomIsa.Exhaustive.MultiPrecision;

/// <summary>A multi-precision number with a place of its own. Every operation gives true where its result is exact.</summary>
internal sealed unsafe class Real : IDisposable
{
    // mpfr_t: precision, sign, exponent, limbs.
    private const int StructBytes = 32;

    private readonly nint _number = (nint)NativeMemory.Alloc(StructBytes);

    public Real(int precision) => Init(_number, precision);

    /// <summary>Changes the precision in bits; the value is lost.</summary>
    public void Reset(int precision) => SetPrecision(_number, precision);

    public bool Set(double value) => SetDouble(_number, value, Nearest) == 0;

    public bool Add(Real a, Real b) => MpfrLibrary.Add(_number, a._number, b._number, Nearest) == 0;

    public bool Multiply(Real a, Real b) => MpfrLibrary.Multiply(_number, a._number, b._number, Nearest) == 0;

    public bool Divide(Real a, Real b) => MpfrLibrary.Divide(_number, a._number, b._number, Nearest) == 0;

    /// <summary>a · 2^exponent.</summary>
    public bool Scale(Real a, int exponent) => MpfrLibrary.Scale(_number, a._number, exponent, Nearest) == 0;

    public bool Negate(Real x) => MpfrLibrary.Negate(_number, x._number, Nearest) == 0;

    /// <summary>|x|.</summary>
    public bool SetMagnitude(Real x) => MpfrLibrary.Magnitude(_number, x._number, Nearest) == 0;

    public bool SquareRoot(Real x) => MpfrLibrary.SquareRoot(_number, x._number, Nearest) == 0;

    public bool ReciprocalSquareRoot(Real x) => MpfrLibrary.ReciprocalSquareRoot(_number, x._number, Nearest) == 0;

    public bool Pi() => MpfrLibrary.Pi(_number, Nearest) == 0;

    public bool Exp(Real x) => MpfrLibrary.Exp(_number, x._number, Nearest) == 0;

    public bool Exp2(Real x) => MpfrLibrary.Exp2(_number, x._number, Nearest) == 0;

    public bool Log(Real x) => MpfrLibrary.Log(_number, x._number, Nearest) == 0;

    public bool Log2(Real x) => MpfrLibrary.Log2(_number, x._number, Nearest) == 0;

    /// <summary>ln(1 + x).</summary>
    public bool LogOnePlus(Real x) => MpfrLibrary.LogOnePlus(_number, x._number, Nearest) == 0;

    public bool Tanh(Real x) => MpfrLibrary.Tanh(_number, x._number, Nearest) == 0;

    public bool Erf(Real x) => MpfrLibrary.Erf(_number, x._number, Nearest) == 0;

    /// <summary>1 − erf(x).</summary>
    public bool ErfComplement(Real x) => MpfrLibrary.ErfComplement(_number, x._number, Nearest) == 0;

    public bool Sin(Real x) => MpfrLibrary.Sin(_number, x._number, Nearest) == 0;

    public bool Cos(Real x) => MpfrLibrary.Cos(_number, x._number, Nearest) == 0;

    /// <summary>The f32 nearest to <paramref name="x"/>, ties to even, subnormals and overflow included. This number needs 24 bits.</summary>
    /// <remarks>MPFR's own recipe for IEEE formats: the ternary value keeps <c>subnormalize</c> from rounding twice.</remarks>
    public float RoundToF32(Real x)
    {
        const int Least = -148, Greatest = 128; // significands in [1/2, 1)
        int ternary = MpfrLibrary.Set(_number, x._number, Nearest);
        nint least = GetLeastExponent(), greatest = GetGreatestExponent();
        _ = SetLeastExponent(Least);
        _ = SetGreatestExponent(Greatest);
        ternary = CheckRange(_number, ternary, Nearest);
        _ = Subnormalize(_number, ternary, Nearest);
        _ = SetLeastExponent(least);
        _ = SetGreatestExponent(greatest);
        return (float)GetDouble(_number, Nearest);
    }

    public void Dispose()
    {
        Clear(_number);
        NativeMemory.Free((void*)_number);
    }
}
