using FsCheck.Xunit;
using PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 300, QuietOnSuccess = true)]
public sealed class ElementaryTests
{
    public static TheoryData<string> Names => [.. ElementaryFunctions.All.Select(static f => f.Name)];

    [Property]
    public void Fast_functions_equal_their_references(Length length, Seed seed)
    {
        foreach (ElementaryFunction function in ElementaryFunctions.All)
        {
            float[] x = new Values(seed.Value).Mixed(length.Value), y = (float[])x.Clone();
            function.Apply(y, y);
            Bits.Equal(Array.ConvertAll(x, v => function.Reference(v)), y);
        }
    }

    // A prime step through all 2^32 patterns: every exponent of both signs many times over.
    [Theory]
    [MemberData(nameof(Names))]
    public void Fast_functions_equal_their_references_at_every_exponent(string name)
    {
        const uint Step = 99_991;
        ElementaryFunction function = ElementaryFunctions.All.Single(f => f.Name == name);
        float[] x = [.. Enumerable.Range(0, (int)(uint.MaxValue / Step)).Select(static i => BitConverter.UInt32BitsToSingle((uint)i * Step))];
        float[] y = new float[x.Length];
        function.Apply(x, y);
        Bits.Equal(Array.ConvertAll(x, v => function.Reference(v)), y);
    }

    [Property]
    public void One_value_gives_what_a_span_gives(Wild x)
    {
        (Func<float, float> One, Func<float, float> Reference)[] functions =
        [
            (Kernels.Elementary.Exp, Kernels.Reference.Elementary.Exp), (Kernels.Elementary.Exp2, Kernels.Reference.Elementary.Exp2),
            (Kernels.Elementary.Log, Kernels.Reference.Elementary.Log), (Kernels.Elementary.Log2, Kernels.Reference.Elementary.Log2),
            (Kernels.Elementary.Sigmoid, Kernels.Reference.Elementary.Sigmoid), (Kernels.Elementary.Silu, Kernels.Reference.Elementary.Silu),
            (Kernels.Elementary.Softplus, Kernels.Reference.Elementary.Softplus), (Kernels.Elementary.Tanh, Kernels.Reference.Elementary.Tanh),
            (Kernels.Elementary.Rsqrt, Kernels.Reference.Elementary.Rsqrt),
        ];
        Assert.All(functions, f => Bits.Equal(f.Reference(x.Value), f.One(x.Value)));
    }

    [Fact]
    public void Approximations_keep_their_bounds()
    {
        float[] middle = [.. Approximation.Points(-9f, 9f, 4004), 1e-10f, -1e-10f, 1e-3f, -1e-3f];
        float[] positive = [.. Approximation.Points(0.9f, 1.1f, 4004), .. Enumerable.Range(-126, 254).Select(static k => (float)(1.37 * Math.ScaleB(1, k)))];
        Approximation.KeepsItsBound<Exp>(Approximation.Points(-48f, 69f, 4004), Kernels.Reference.Elementary.ExpPair);
        Approximation.KeepsItsBound<Exp2>(Approximation.Points(-70f, 99f, 4004), Kernels.Reference.Elementary.Exp2Pair);
        Approximation.KeepsItsBound<Log>([.. positive.Where(static x => x != 1)], Series.Log);
        Approximation.KeepsItsBound<Log2>([.. positive.Where(static x => x != 1)], Series.Log2);
        Approximation.KeepsItsBound<Sigmoid>([.. middle, .. Approximation.Points(-48f, 87f, 4004)], Kernels.Reference.Elementary.SigmoidPair);
        Approximation.KeepsItsBound<Silu>([.. middle, .. Approximation.Points(-48f, 87f, 4004)], Kernels.Reference.Elementary.SiluPair);
        Approximation.KeepsItsBound<Softplus>([.. middle, .. Approximation.Points(-48f, 87f, 4004)], Kernels.Reference.Elementary.SoftplusPair);
        Approximation.KeepsItsBound<Tanh>([.. middle, .. Approximation.Points(-40f, 40f, 4004)], Kernels.Reference.Elementary.TanhPair);
        Approximation.KeepsItsBound<Rsqrt>(positive, Kernels.Reference.Elementary.RsqrtPair);
    }

    [Fact]
    public void Lengths_that_disagree_are_refused() =>
        Assert.All(ElementaryFunctions.All, static f => Assert.Throws<ArgumentException>(() => f.Apply(new float[16], new float[17])));
}
