namespace PomIsa.Exhaustive.Fma;

/// <summary>Three operands of a fused multiply-add.</summary>
internal readonly record struct Triple(float A, float B, float C);

/// <summary>A kind of triples.</summary>
/// <param name="Name">What is hard about them.</param>
/// <param name="Make">Draws one.</param>
internal sealed record TripleClass(string Name, TripleClass.Maker Make)
{
    public delegate Triple Maker(ref Draw draw);

    private static readonly float[] Specials =
    [
        0f, -0f, 1f, -1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon, -float.Epsilon,
        1.17549435e-38f, -1.17549435e-38f, 1.1754942e-38f, -1.1754942e-38f, 1.1920929e-07f, 5.9604645e-08f, 1.0000001f, 0.99999994f, 8388609f, 2f,
    ];

    public static IReadOnlyList<TripleClass> All { get; } =
    [
        new("any bits", static (ref Draw d) => new(Bits((uint)d.Next()), Bits((uint)d.Next()), Bits((uint)d.Next()))),
        new("like magnitudes", static (ref Draw d) => new(d.Value(-30, 30), d.Value(-30, 30), d.Value(-60, 60))),
        new("cancellation", Cancellation),
        new("ties", Tie),
        new("ties missed by less than f64 can hold", NearTie),
        new("subnormal results", Subnormal),
        new("subnormal operands", static (ref Draw d) => new(d.Value(-149, -120), d.Value(-30, 30), d.Value(-149, -110))),
        new("overflow", Overflow),
        new("special values", Special),
    ];

    private static float Bits(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    /// <summary>c is −a·b but for a few units.</summary>
    private static Triple Cancellation(ref Draw d)
    {
        float a = d.Value(-60, 60), b = d.Value(-60, 60);
        return new(a, b, Bits(BitConverter.SingleToUInt32Bits(-(a * b)) + (uint)d.Between(-3, 3)));
    }

    /// <summary>The product is half a unit of c, or one and a half, exactly.</summary>
    private static Triple Tie(ref Draw d)
    {
        int exponent = d.Between(-100, 100);
        float odd = 1 + (2 * d.Between(0, 1));
        int up = d.Between(-20, 20);
        return new(d.Power(up) * odd, d.Power(exponent - 24 - up), d.Value(exponent, exponent));
    }

    /// <summary>The product is half a unit of c times (1 + k·2^-23)(1 − k·2^-23) = 1 − k²·2^-46: the sum's last bits lie beyond the 53 of f64.</summary>
    private static Triple NearTie(ref Draw d)
    {
        int exponent = d.Between(-90, 90), up = d.Between(-20, 20);
        uint k = (uint)d.Between(1, 255);
        return new(d.Power(up) * Bits(0x3f800000 + k), d.Power(exponent - 24 - up) * Bits(0x3f800000 - (2 * k)), d.Value(exponent, exponent));
    }

    /// <summary>The product and c are near the least normal value or far below it.</summary>
    private static Triple Subnormal(ref Draw d)
    {
        int product = d.Between(-176, -124), up = d.Between(-60, 20);
        return new(d.Value(up, up), d.Value(product - up, product - up), d.Value(-149, -126));
    }

    /// <summary>The sum is about 2^128.</summary>
    private static Triple Overflow(ref Draw d)
    {
        int up = d.Between(40, 90), product = d.Between(100, 128);
        return new(d.Value(up, up), d.Value(product - up, product - up), d.Value(125, 127));
    }

    /// <summary>Some of the three are limits of the format; the others are anything.</summary>
    private static Triple Special(ref Draw d)
    {
        int which = d.Between(1, 7);
        float a = Specials[d.Between(0, Specials.Length - 1)], b = Specials[d.Between(0, Specials.Length - 1)], c = Specials[d.Between(0, Specials.Length - 1)];
        return new((which & 1) != 0 ? a : d.Value(-149, 127), (which & 2) != 0 ? b : d.Value(-149, 127), (which & 4) != 0 ? c : d.Value(-149, 127));
    }
}
