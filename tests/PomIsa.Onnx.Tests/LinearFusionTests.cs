namespace PomIsa.Onnx.Tests;

/// <summary>Products with known matrices are one operator each, with the bits that they had.</summary>
public sealed class LinearFusionTests
{
    [Theory]
    [InlineData("m = MatMul(x?[2,3,8], w:[8,16])\ny = Add(m, b:[16])")]
    [InlineData("m = MatMul(x?[2,3,8], w:[8,16])\ny = Add(b:[1,1,16], m)")]
    [InlineData("t = Transpose(w:[16,8]) perm=[1,0]\nm = MatMul(x?[2,3,8], t)\ny = Add(m, b:[16])")]
    [InlineData("m = com.microsoft.FusedMatMul(x?[2,3,8], w:[16,8]) transB=1\ny = Add(m, b:[16])")]
    [InlineData("y = Gemm(x?[6,8], w:[16,8], b:[16]) transB=1")]
    [InlineData("y = Gemm(x?[6,8], w:[8,16], b:[1,16]) alpha=1.0 beta=1.0")]
    public void A_product_and_its_bias_are_one_operator(string text)
    {
        FormulaModel model = new FormulaModel(text).Check(0);
        Assert.Equal(["Linear"], model.Operators);
        Assert.Equal(["matmul", "load", "vadd", "ret"], model.Opcodes);
    }

    [Fact]
    public void A_large_matrix_that_is_transposed_is_packed_as_it_lies()
    {
        FormulaModel model = new FormulaModel("t = Transpose(w:[512,256]) perm=[1,0]\ny = MatMul(x?[2,256], t)").Check(0);
        Assert.Contains(model.Notes, static n => n.Text == "transposed matrix");
    }

    [Theory]
    [InlineData("f = Reshape(x?[2,3,8], [-1,8])\ng = Gemm(f, w:[8,16], b:[16])\ny = Reshape(g, [2,3,16])")]
    [InlineData("s = Shape(x?[2,3,8])\nl = Slice(s, [0], [2], [0])\no = Concat(l, [16]) axis=0\nf = Reshape(x, [-1,8])\ng = Gemm(f, w:[8,16])\ny = Reshape(g, o)")]
    [InlineData("f = Reshape(x?[2,3,8], [-1,8])\ng = Gemm(f, w:[8,16])\na = Relu(g)\nh = Gemm(a, v:[16,8])\ny = Reshape(h, [2,3,8])")]
    public void Rows_are_not_flattened_for_a_product(string text) =>
        Assert.DoesNotContain("reshape", new FormulaModel(text).Check(0).Opcodes);

    [Fact]
    public void Heads_are_put_side_by_side_in_one_step()
    {
        FormulaModel model = new FormulaModel("t = Transpose(x?[2,4,3,5]) perm=[0,2,1,3]\nf = Reshape(t, [6,20])\ng = Gemm(f, w:[20,16], b:[16])\ny = Reshape(g, [2,3,16])").Check(0);
        Assert.Equal(["Transpose", "Reshape", "Linear"], model.Operators);
    }

    [Fact]
    public void A_gate_between_flattened_products_is_not_flattened_either()
    {
        FormulaModel model = new FormulaModel(
            """
            f = Reshape(x?[2,3,8], [-1,8])
            g = Gemm(f, w:[16,8]) transB=1
            u = Gemm(f, v:[16,8]) transB=1
            g3 = Reshape(g, [2,3,16])
            s3 = Sigmoid(g3)
            s = Reshape(s3, [6,16])
            a = Mul(g, s)
            p = Mul(a, u)
            d = Gemm(p, z:[8,16]) transB=1
            y = Reshape(d, [2,3,8])
            """).Check();
        Assert.Equal(["Linear", "Linear", "SwiGlu", "Linear"], model.Operators);
    }

    [Theory]
    [InlineData("m = MatMul(x?[2,3,8], w:[8,48])\na, b, c = Split(m, [16,16,16]) axis=2\nd = Mul(a, b)\ny = Sub(d, c)", 3)]
    [InlineData("m = MatMul(x?[2,3,8], w:[8,48])\nn = Add(m, k:[48])\na, b, c = Split(n, [16,16,16]) axis=-1\nd = Mul(a, b)\ny = Sub(d, c)", 3)]
    [InlineData("m = com.microsoft.FusedMatMul(x?[2,3,8], w:[48,8]) transB=1\na = Slice(m, [0], [32], [2])\nb = Slice(m, [-32], [999], [-1], [1])\ny = Mul(a, b)", 2)]
    [InlineData("f = Reshape(x?[2,3,8], [-1,8])\ng = Gemm(f, w:[8,48], k:[48])\nm = Reshape(g, [2,3,48])\na, b, c = Split(m, [16,16,16]) axis=2\nd = Mul(a, b)\ny = Sub(d, c)", 3)]
    public void Columns_that_are_only_taken_apart_are_products_of_their_own(string text, int parts)
    {
        FormulaModel model = new FormulaModel(text).Check(0);
        Assert.Equal(parts, model.Opcodes.Count(static o => o == "matmul"));
        Assert.DoesNotContain("slice", model.Opcodes);
        Assert.DoesNotContain("split", model.Opcodes);
    }

    [Theory]
    [InlineData("y = Gemm(x?[6,8], w:[8,16]) alpha=0.5", "alpha is 0.5")]
    [InlineData("y = Gemm(x?[8,6], w:[8,16]) transA=1", "its left side is transposed")]
    [InlineData("m = MatMul(x?[2,3,8], w:[8,16])\ny = Add(m, b:[3,1])", "the bias 'b' has shape [3, 1] and not [16]")]
    [InlineData("m = MatMul(x?[2,3,8], w:[8,16])\na = Add(m, b:[16])\ny = Mul(a, m)", "is also read by Mul 'n_y'")]
    [InlineData("m = MatMul(x?[2,3,8], w:[8,48])\na, b, c = Split(m, [16,16,16]) axis=2\nd = Mul(a, b)\ne = Sub(d, c)\ns = ReduceSum(m, [2])\ny = Add(e, s)", "is also read by ReduceSum 'n_s'")]
    public void What_is_no_linear_layer_says_why(string text, string why)
    {
        FormulaModel model = new FormulaModel(text).Check(0);
        Assert.Contains(model.Missed, m => m.Contains(why, StringComparison.Ordinal));
    }
}
