using System.Runtime.CompilerServices;

namespace PomIsa.Kernels;

/// <summary>The parts of ln x and log2 x in f64 lanes.</summary>
/// <remarks>
/// x = 2^k · m, m from 0.9785 to twice that, in 16 cells of equal width of the bits. With c near 1/m, a number of 20 bits that
/// belongs to the cell, r = m·c − 1 is exact and |r| ≤ 0.0298. The cell of 1 has c = 1, so that near 1 nothing cancels.
/// Coefficients are Sollya's <c>fpminimax</c> on |r| ≤ 0.0305: off by 2^-44.2 of ln(1 + r). Where the next cell begins, at 1.021, that is
/// 1.4 times the result, hence 2^-43.7.
/// </remarks>
internal static class Logarithm
{
    private const double Ln2Over16 = 0.04332169878499658;

    // The bits of 0.978515625, where the cell of 1 begins.
    private const long Start = 0x3fef500000000000;

    private const long FractionMask = 0x000fffffffffffff;

    private static ReadOnlySpan<double> Inverses =>
    [
        1.0, 0.9516725540161133, 0.8982458114624023, 0.8504981994628906,
        0.8075714111328125, 0.768768310546875, 0.7335243225097656, 0.7013702392578125,
        0.6719160079956055, 0.64483642578125, 0.6198549270629883, 0.5967369079589844,
        0.5752811431884766, 0.5553140640258789, 0.5366878509521484, 0.5192699432373047,
    ];

    /// <summary>−ln c less the i/16 · ln 2 that the cell's number adds to k.</summary>
    private static ReadOnlySpan<double> NaturalRests =>
    [
        0, 0.0062125604375885355, 0.02066811842699143, 0.031967887827110075,
        0.04043699781607272, 0.04635714762252383, 0.04996432971636978, 0.05146748116629386,
        0.05104834409245614, 0.048863308724108025, 0.04505282908072286, 0.03974026627298631,
        0.033036027583714905, 0.025039359953385784, 0.015834853636977727, 0.005505927413264557,
    ];

    /// <summary>−log2 c − i/16.</summary>
    private static ReadOnlySpan<double> BinaryRests =>
    [
        0, 0.00896283013453195, 0.02981779195912634, 0.04611991323586637,
        0.05833825621768595, 0.06687922698477274, 0.07208329070314774, 0.07425187984565827,
        0.07364719286777989, 0.07049485317769706, 0.06499749309277694, 0.05733308507564428,
        0.047660913165696504, 0.036124160431783375, 0.02284486481527033, 0.007943374174611374,
    ];

    /// <summary>ln x for x an f32, positive and finite; relative error below 2^-43.7. ln 1 = +0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Natural<T>(T x)
        where T : struct, IWide<T>
    {
        T r = Reduce(x, out T index, out T sixteenths);
        T p = T.MultiplyAdd(T.Create(0.14305850957068118), r, T.Create(-0.1668702164191941));
        p = T.MultiplyAdd(p, r, T.Create(0.19999988888350392));
        p = T.MultiplyAdd(p, r, T.Create(-0.2499999054114935));
        p = T.MultiplyAdd(p, r, T.Create(0.33333333335116716));
        p = T.MultiplyAdd(p, r, T.Create(-0.5000000000109674));
        p = T.MultiplyAdd(p, r, T.Create(1.0));
        return T.MultiplyAdd(p, r, T.MultiplyAdd(sixteenths, T.Create(Ln2Over16), T.Lookup16(NaturalRests, index)));
    }

    /// <summary>log2 x for x an f32, positive and finite; relative error below 2^-43.7. Exact for powers of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Binary<T>(T x)
        where T : struct, IWide<T>
    {
        T r = Reduce(x, out T index, out T sixteenths);
        T p = T.MultiplyAdd(T.Create(0.20639416402125205), r, T.Create(-0.24074303151512502));
        p = T.MultiplyAdd(p, r, T.Create(0.2885388394454758));
        p = T.MultiplyAdd(p, r, T.Create(-0.3606736234981307));
        p = T.MultiplyAdd(p, r, T.Create(0.4808983469937725));
        p = T.MultiplyAdd(p, r, T.Create(-0.7213475204603827));
        p = T.MultiplyAdd(p, r, T.Create(1.442695040888962));
        return T.MultiplyAdd(p, r, T.MultiplyAdd(sixteenths, T.Create(1.0 / 16), T.Lookup16(BinaryRests, index)));
    }

    /// <summary>log2 x for x an f32, positive and finite; relative error below 2^-50.8, for a use that multiplies it.</summary>
    /// <remarks>
    /// The polynomial is off by 2^-55.1. Near 1, up to 0.055 on the one side and -0.032 on the other, the last sum may lose half of
    /// its greater operand, and four roundings of 2^-53 count that much more.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T BinaryClose<T>(T x)
        where T : struct, IWide<T>
    {
        T r = Reduce(x, out T index, out T sixteenths);
        T whole = T.MultiplyAdd(sixteenths, T.Create(1.0 / 16), T.Lookup16(BinaryRests, index));
        T square = r * r;
        T a = T.MultiplyAdd(T.Create(-0.721347520444475), r, T.Create(1.4426950408889634));
        T b = T.MultiplyAdd(T.Create(-0.3606737603052119), r, T.Create(0.48089834696333605));
        T c = T.MultiplyAdd(T.Create(-0.24044889470219283), r, T.Create(0.28853900671999166));
        T d = T.MultiplyAdd(T.Create(-0.18068415656268066), r, T.Create(0.20610137389811184));
        d = T.MultiplyAdd(T.Create(0.15946873127224898), square, d);
        T slope = T.MultiplyAdd(T.MultiplyAdd(T.MultiplyAdd(d, square, c), square, b), square, a);
        return T.MultiplyAdd(slope, r, whole);
    }

    /// <summary>r, the cell (in the low four bits), and 16k + cell as a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Reduce<T>(T x, out T index, out T sixteenths)
        where T : struct, IWide<T>
    {
        T moved = T.SubtractBits(x, T.Create(Start));
        index = T.Top16(moved, out sixteenths);
        T m = T.AddBits(moved & T.Create(FractionMask), T.Create(Start));
        return T.MultiplyAdd(m, T.Lookup16(Inverses, index), T.Create(-1.0));
    }
}
