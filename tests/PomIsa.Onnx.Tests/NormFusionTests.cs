namespace PomIsa.Onnx.Tests;

/// <summary>Norms as exporters write them become one opcode, within rounding of what they were.</summary>
public sealed class NormFusionTests
{
    private const string Squares = "s = Pow(x?[2,3,8], 2)\n", Mean = "m = ReduceMean(s) axes=[-1]\n";

    public static TheoryData<string, string> RmsForms { get; } = new()
    {
        { "T5", Squares + Mean + "e = Add(m, 0.00001)\nr = Sqrt(e)\nn = Div(x, r)\ny = Mul(w:[8], n)" },
        { "reciprocal", Squares + Mean + "e = Add(m, 0.00001)\nr = Sqrt(e)\ni = Reciprocal(r)\nn = Mul(x, i)\ny = Mul(w:[8], n)" },
        { "one over", Squares + Mean + "e = Add(0.00001, m)\nr = Sqrt(e)\ni = Div(1, r)\nn = Mul(i, x)\ny = Mul(n, w:[8])" },
        { "power", Squares + Mean + "e = Add(m, 0.00001)\ni = Pow(e, -0.5)\nn = Mul(x, i)\ny = Mul(n, w:[8])" },
        { "half power", Squares + Mean + "e = Add(m, 0.00001)\nr = Pow(e, 0.5)\nn = Div(x, r)\ny = Mul(n, w:[8])" },
        { "product", "s = Mul(x?[2,3,8], x)\nm = ReduceMean(s) axes=[2]\ne = Add(m, 0.00001)\nr = Sqrt(e)\nn = Div(x, r)\ny = Mul(n, w:[8])" },
        { "wide weight", Squares + Mean + "e = Add(m, 0.00001)\nr = Sqrt(e)\nn = Div(x, r)\ny = Mul(n, w:[1,1,8])" },
        { "no weight", Squares + Mean + "e = Add(m, 0.00001)\nr = Sqrt(e)\ny = Div(x, r)" },
        { "no eps", Squares + Mean + "r = Sqrt(m)\ny = Div(x, r)" },
        { "simplified", "y = SimplifiedLayerNormalization(x?[2,3,8], w:[8]) axis=-1 epsilon=0.00001" },
        { "ones first", "n = SimplifiedLayerNormalization(x?[2,3,8], o:ones[8]) axis=-1 epsilon=0.00001\ny = Mul(w:[8], n)" },
        { "skip", "y = com.microsoft.SkipSimplifiedLayerNormalization(x?[2,3,8], z?[2,3,8], w:[8], b:[8]) epsilon=0.00001" },
    };

    public static TheoryData<string, string> LayerForms { get; } = new()
    {
        { "PyTorch", "m = ReduceMean(x?[2,3,8]) axes=[-1]\nc = Sub(x, m)\ns = Pow(c, 2)\nv = ReduceMean(s) axes=[-1]\ne = Add(v, 0.00001)\nr = Sqrt(e)\nn = Div(c, r)\np = Mul(n, w:[8])\ny = Add(p, b:[8])" },
        { "twice", "m = ReduceMean(x?[2,3,8]) axes=[-1]\nc = Sub(x, m)\nd = Sub(x, m)\ns = Pow(d, 2)\nv = ReduceMean(s) axes=[-1]\ne = Add(v, 0.00001)\nr = Sqrt(e)\nn = Div(c, r)\np = Mul(w:[8], n)\ny = Add(b:[8], p)" },
        { "cast", "m = ReduceMean(x?[2,3,8]) axes=[-1]\nc = Sub(x, m)\nd = Cast(c) to=1\ns = Pow(d, 2)\nv = ReduceMean(s) axes=[-1]\ne = Add(v, 0.00001)\nr = Sqrt(e)\nn = Div(c, r)\np = Mul(n, w:[8])\ny = Add(p, b:[8])" },
        { "reciprocal", "m = ReduceMean(x?[2,3,8]) axes=[-1]\nc = Sub(x, m)\ns = Mul(c, c)\nv = ReduceMean(s) axes=[-1]\ne = Add(v, 0.00001)\nr = Sqrt(e)\ni = Reciprocal(r)\nn = Mul(c, i)\np = Mul(n, w:[8])\ny = Add(p, b:[8])" },
        { "TensorFlow", "m = ReduceMean(x?[2,3,8]) axes=[-1]\nc = Sub(x, m)\ns = Mul(c, c)\nv = ReduceMean(s) axes=[-1]\ne = Add(v, 0.00001)\nr = Sqrt(e)\ni = Reciprocal(r)\ng = Mul(i, w:[8])\np = Mul(x, g)\nq = Mul(m, g)\nd = Sub(b:[8], q)\ny = Add(p, d)" },
        { "no bias", "m = ReduceMean(x?[2,3,8]) axes=[-1]\nc = Sub(x, m)\ns = Pow(c, 2)\nv = ReduceMean(s) axes=[-1]\ne = Add(v, 0.00001)\nr = Sqrt(e)\nn = Div(c, r)\ny = Mul(n, w:[8])" },
        { "operator", "y = LayerNormalization(x?[2,3,8], w:[8], b:[8]) axis=2" },
        { "skip", "y = com.microsoft.SkipLayerNormalization(x?[2,3,8], z?[2,3,8], w:[8], b:[8], c:[8])" },
    };

    [Theory]
    [MemberData(nameof(RmsForms))]
    public void Rms_norms_are_one_opcode(string form, string text)
    {
        FormulaModel model = new FormulaModel(text).Check();
        Assert.True(model.Opcodes.Count(static o => o == "rmsnorm") == 1, form + ": " + string.Join(" ", model.Opcodes));
        Assert.DoesNotContain("sqrt", model.Opcodes);
        Assert.DoesNotContain("vmul", model.Opcodes);
    }

    [Theory]
    [MemberData(nameof(LayerForms))]
    public void Layer_norms_are_one_opcode(string form, string text)
    {
        FormulaModel model = new FormulaModel(text).Check();
        Assert.True(model.Opcodes.Count(static o => o == "layernorm") == 1, form + ": " + string.Join(" ", model.Opcodes));
        Assert.DoesNotContain("sqrt", model.Opcodes);
        Assert.DoesNotContain("vmul", model.Opcodes);
    }

    [Fact]
    public void A_norm_between_narrow_types_widens_what_it_reads_and_rounds_once()
    {
        string text = "x = Cast(h?f16[2,8]) to=1\ns = Pow(x, 2)\n" + Mean + "e = Add(m, 0.00001)\nr = Sqrt(e)\ni = Reciprocal(r)\nn = Mul(x, i)\nt = Cast(n) to=10\ny = Mul(w:f16[8], t)";
        FormulaModel model = new FormulaModel(text).Check(2e-3);
        Assert.Equal(["RmsNorm"], model.Operators);
    }

    [Fact]
    public void Two_norms_of_one_value_share_nothing_but_are_both_made()
    {
        FormulaModel model = new FormulaModel(
            Squares + Mean + "e = Add(m, 0.00001)\nr = Sqrt(e)\nn = Div(x, r)\na = Mul(n, w:[8])\nb = Mul(n, v:[8])\ny = Sub(a, b)").Check();
        Assert.Equal(2, model.Opcodes.Count(static o => o == "rmsnorm"));
    }

    [Fact]
    public void A_sum_that_came_with_a_norm_is_there_for_others()
    {
        FormulaModel model = new FormulaModel("y, , , t = com.microsoft.SkipSimplifiedLayerNormalization(x?[2,3,8], z?[2,3,8], w:[8]) epsilon=0.00001", 17, "y", "t").Check();
        Assert.Equal(["Add", "RmsNorm"], model.Operators);
    }

    [Theory]
    [InlineData(Squares + Mean + "e = Add(m, z?[1])\nr = Sqrt(e)\ny = Div(x, r)", "eps 'z' is not a constant")]
    [InlineData(Squares + "m = ReduceMean(s) axes=[1]\ne = Add(m, 0.1)\nr = Sqrt(e)\ny = Div(x, r)", "not over the last axis")]
    [InlineData(Squares + Mean + "e = Add(m, 0.1)\nr = Sqrt(e)\nn = Div(x, r)\ny = Mul(n, w:[3,1])", "the weight 'w' has shape [3, 1] and not [8]")]
    [InlineData(Squares + Mean + "e = Add(m, 0.1)\nr = Sqrt(e)\nn = Div(x, r)\na = Neg(r)\ny = Add(n, a)", "'r' is also read by Neg 'n_a'")]
    [InlineData(Squares + Mean + "e = Add(m, 0.1)\nr = Sqrt(e)\ny = Div(z?[2,3,8], r)", "divides something else")]
    [InlineData(Squares + Mean + "e = Add(m, -0.1)\nf = Abs(e)\nr = Sqrt(f)\ny = Div(x, r)", null)]
    [InlineData("y, q = LayerNormalization(x?[2,3,8], w:[8], b:[8])\nz = Add(y, q)", "'q' is read by Add 'n_z'")]
    public void What_is_no_norm_says_why(string text, string? why)
    {
        FormulaModel model = new FormulaModel(text).Check();
        if (why is null)
        {
            Assert.Empty(model.Missed);
        }
        else
        {
            Assert.Contains(model.Missed, m => m.Contains(why, StringComparison.Ordinal));
        }
    }
}
