namespace PomIsa.Onnx.Tests;

/// <summary>Activations that are written as formulas become one opcode, in whatever order the formula is.</summary>
public sealed class ActivationFusionTests
{
    [Theory]
    [InlineData("d = Div(x?[2,8], 1.41421354)\ne = Erf(d)\na = Add(e, 1)\nm = Mul(x, a)\ny = Mul(m, 0.5)")]
    [InlineData("d = Mul(x?[2,8], 0.70710677)\ne = Erf(d)\na = Add(1, e)\nh = Mul(0.5, x)\ny = Mul(h, a)")]
    [InlineData("d = Mul(x?[2,8], 0.70710677)\ne = Erf(d)\na = Add(1, e)\nh = Mul(a, 0.5)\ny = Mul(x, h)")]
    [InlineData("d = Div(x?[2,8], 1.41421354)\ne = Erf(d)\na = Add(e, 1)\nm = Mul(x, a)\ny = Div(m, 2)")]
    [InlineData("d = Div(x?[2,8], 1.41421354)\ne = Erf(d)\np = Mul(x, e)\na = Add(x, p)\ny = Mul(a, 0.5)")]
    [InlineData("y = Gelu(x?[2,8])", 20)]
    public void Gelu_is_one_opcode(string text, int opset = 17) => Assert.Equal(["gelu", "ret"], new FormulaModel(text, opset).Check().Opcodes);

    [Theory]
    [InlineData("p = Pow(x?[2,8], 3)\nq = Mul(p, 0.044715)\na = Add(x, q)\nb = Mul(a, 0.7978846)\nt = Tanh(b)\nc = Add(t, 1)\nh = Mul(x, 0.5)\ny = Mul(h, c)")]
    [InlineData("s = Mul(x?[2,8], x)\np = Mul(s, x)\nq = Mul(0.044715, p)\na = Add(q, x)\nb = Mul(0.7978846, a)\nt = Tanh(b)\nc = Add(1, t)\nm = Mul(x, c)\ny = Mul(0.5, m)")]
    [InlineData("s = Mul(x?[2,8], x)\nq = Mul(0.044715, s)\na = Add(q, 1)\nk = Mul(x, 0.7978846)\nb = Mul(k, a)\nt = Tanh(b)\nc = Add(1, t)\nh = Mul(c, 0.5)\ny = Mul(x, h)")]
    [InlineData("y = com.microsoft.FastGelu(x?[2,8])")]
    [InlineData("y = Gelu(x?[2,8]) approximate=tanh", 20)]
    public void Gelu_by_tanh_is_one_opcode(string text, int opset = 17) => Assert.Equal(["gelu.tanh", "ret"], new FormulaModel(text, opset).Check().Opcodes);

    [Theory]
    [InlineData("s = Sigmoid(x?[2,8])\ny = Mul(x, s)")]
    [InlineData("s = Sigmoid(x?[2,8])\ny = Mul(s, x)")]
    [InlineData("y = com.microsoft.QuickGelu(x?[2,8]) alpha=1.0")]
    [InlineData("y = Swish(x?[2,8]) alpha=1.0", 24)]
    public void Silu_is_one_opcode(string text, int opset = 17) => Assert.Equal(["silu", "ret"], new FormulaModel(text, opset).Check().Opcodes);

    [Theory]
    [InlineData("s = Sigmoid(x?[2,8])\na = Mul(x, s)\ny = Mul(a, u?[2,8])")]
    [InlineData("s = Sigmoid(x?[2,8])\na = Mul(x, s)\ny = Mul(u?[2,8], a)")]
    public void A_gated_silu_is_one_opcode(string text) => Assert.Equal(["swiglu", "ret"], new FormulaModel(text).Check(1e-6).Opcodes);

    [Fact]
    public void The_logarithm_of_one_and_a_power_is_one_opcode() =>
        Assert.Equal(["softplus", "ret"], new FormulaModel("p = Exp(x?[2,8])\na = Add(p, 1)\ny = Log(a)").Check().Opcodes);

    [Fact]
    public void A_bias_that_came_with_an_activation_is_a_sum() =>
        Assert.Equal(["Add", "Gelu"], new FormulaModel("y = com.microsoft.BiasGelu(x?[2,8], b:[8])").Check().Operators);

    [Theory]
    [InlineData("k = Mul(x?[2,8], 1.702)\ns = Sigmoid(k)\ny = Mul(x, s)", "")]
    [InlineData("d = Div(x?[2,8], 1.5)\ne = Erf(d)\na = Add(e, 1)\nm = Mul(x, a)\ny = Mul(m, 0.5)", "")]
    [InlineData("d = Div(x?[2,8], 1.41421354)\ne = Erf(d)\na = Add(e, 1)\nm = Mul(x, a)\ny = Mul(m, 0.7)", "what follows is not the rest of the formula")]
    [InlineData("d = Div(x?[2,8], 1.41421354)\ne = Erf(d)\na = Add(e, 1)\nm = Mul(x, a)\ng = Mul(m, 0.5)\nz = Exp(a)\ny = Add(z, g)", "'a' is also read by Exp 'n_z'")]
    [InlineData("s = Sigmoid(x?[2,8])\na = Mul(x, s)\nb = Mul(a, u?[2,8])\nz = Exp(a)\ny = Add(b, z)", "is also read by Exp 'n_z'")]
    [InlineData("s = Sigmoid(x?[2,8])\na = Mul(x, s)\ny = Mul(a, u?[1,8])", "different shapes")]
    public void What_is_nearly_an_activation_stays_and_says_why(string text, string why)
    {
        FormulaModel model = new FormulaModel(text).Check();
        Assert.DoesNotContain("gelu", model.Opcodes);
        Assert.DoesNotContain("swiglu", model.Opcodes);
        Assert.True(why.Length == 0 ? !model.Missed.Any() : model.Missed.Any(m => m.Contains(why, StringComparison.Ordinal)), string.Join("; ", model.Missed));
    }
}
