namespace PomIsa.Kernels.Tests;

/// <summary>The table of limits in spec/numerics.md, section 4: fast path and reference.</summary>
public sealed class ElementaryLimitsTests
{
    private const float Infinity = float.PositiveInfinity, NaN = float.NaN;

    // At -inf, -1, -0, +0, 1, +inf; NaN here is the canonical one.
    [Theory]
    [InlineData("exp", 0f, 0.36787945f, 1f, 1f, 2.7182817f, Infinity)]
    [InlineData("exp2", 0f, 0.5f, 1f, 1f, 2f, Infinity)]
    [InlineData("log", NaN, NaN, -Infinity, -Infinity, 0f, Infinity)]
    [InlineData("log2", NaN, NaN, -Infinity, -Infinity, 0f, Infinity)]
    [InlineData("sigmoid", 0f, 0.26894143f, 0.5f, 0.5f, 0.7310586f, 1f)]
    [InlineData("silu", -0f, -0.26894143f, -0f, 0f, 0.7310586f, Infinity)]
    [InlineData("softplus", 0f, 0.3132617f, 0.6931472f, 0.6931472f, 1.3132616f, Infinity)]
    [InlineData("tanh", -1f, -0.7615942f, -0f, 0f, 0.7615942f, 1f)]
    [InlineData("rsqrt", NaN, NaN, -Infinity, Infinity, 1f, 0f)]
    public void Functions_have_these_limits(string name, params float[] expected)
    {
        ElementaryFunction function = ElementaryFunctions.All.Single(f => f.Name == name);
        float[] x = [-Infinity, -1, -0f, 0, 1, Infinity], y = new float[x.Length];
        expected = Array.ConvertAll(expected, Lanes.Canonical);
        function.Apply(x, y);
        Bits.Equal(expected, y);
        Bits.Equal(expected, Array.ConvertAll(x, v => function.Reference(v)));
    }

    [Fact]
    public void Every_NaN_becomes_the_canonical_one()
    {
        float[] x = Array.ConvertAll([0x7fc00000u, 0xffc00000u, 0x7f800001u, 0xff800001u, 0x7fffffffu, 0xffffffffu], BitConverter.UInt32BitsToSingle);
        float[] expected = Array.ConvertAll(x, Lanes.Canonical), y = new float[x.Length];
        foreach (ElementaryFunction function in ElementaryFunctions.All)
        {
            function.Apply(x, y);
            Bits.Equal(expected, y);
            Bits.Equal(expected, Array.ConvertAll(x, v => function.Reference(v)));
        }
    }

    // Exact results, which an approximation may miss by its last bit and a test for midpoints must let pass.
    [Fact]
    public void Powers_of_two_are_exact()
    {
        for (int k = -149; k <= 127; k++)
        {
            float power = (float)Math.ScaleB(1.0, k);
            Bits.Equal(power, Elementary.Exp2(k));
            Bits.Equal(k, Elementary.Log2(power));
            if (k % 2 == 0)
            {
                Bits.Equal((float)Math.ScaleB(1.0, -k / 2), Elementary.Rsqrt(power));
            }
        }

        Bits.Equal(0, Elementary.Exp2(-150)); // the midpoint of 0 and the least subnormal: to even
        Bits.Equal(float.Epsilon, Elementary.Exp2(MathF.BitIncrement(-150)));
        Bits.Equal(float.PositiveInfinity, Elementary.Exp2(128));
    }
}
