using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

/// <summary>Products whose operands lie in rows, transposed or in a batch, and products of many rows.</summary>
[Properties(Arbitrary = [typeof(Generators)], MaxTest = 80, QuietOnSuccess = true)]
public sealed unsafe class StridedProductTests
{
    [Property]
    public void Many_rows_equal_the_reference(Length depth, Seed seed)
    {
        var values = new Values(seed.Value);
        int rows = 7 + values.Below(240), columns = 1 + values.Below(70), k = depth.Value;
        float[] x = values.Mixed(rows * k), w = values.Mixed(k * columns), panels = new float[Panels.Length(k, columns)];
        float[] expected = new float[rows * columns], y = values.Any(rows * columns);
        Ref.Dot.MatMul(x, w, expected, rows, k, columns);
        Panels.Pack(w, k, columns, panels);
        MatMul.F32Panels(x, panels, y, rows, k, columns, 0, Panels.Count(columns));
        Bits.Equal(expected, y);
    }

    [Property]
    public void More_columns_than_one_block_of_them_equal_the_reference(Seed seed)
    {
        var values = new Values(seed.Value);
        int rows = 7 + values.Below(9), columns = 1000 + values.Below(90), k = 250 + values.Below(20);
        float[] x = values.Mixed(rows * k), w = values.Mixed(k * columns), panels = new float[Panels.Length(k, columns)];
        float[] expected = new float[rows * columns], y = values.Any(rows * columns);
        Ref.Dot.MatMul(x, w, expected, rows, k, columns);
        Panels.Pack(w, k, columns, panels);
        MatMul.F32Panels(x, panels, y, rows, k, columns, 0, Panels.Count(columns));
        Bits.Equal(expected, y);
    }

    /// <summary>Such rows are copied before they are multiplied; others are read where they lie.</summary>
    [Theory]
    [InlineData(1024, 7)]
    [InlineData(1024, 150)]
    [InlineData(2048, 29)]
    [InlineData(1040, 150)]
    public void Rows_a_multiple_of_a_page_apart_equal_the_reference(int depth, int rows)
    {
        const int Columns = 53;
        var values = new Values((ulong)(depth + rows));
        float[] x = values.Mixed(rows * depth), w = values.Mixed(depth * Columns), panels = new float[Panels.Length(depth, Columns)];
        float[] expected = new float[rows * Columns], y = values.Any(rows * Columns);
        Ref.Dot.MatMul(x, w, expected, rows, depth, Columns);
        Panels.Pack(w, depth, Columns, panels);
        MatMul.F32Panels(x, panels, y, rows, depth, Columns, 0, Panels.Count(Columns));
        Bits.Equal(expected, y);
    }

    [Property]
    public void A_batch_equals_the_reference_however_its_rows_are_shared_out(Length depth, Seed seed)
    {
        var values = new Values(seed.Value);
        int batch = 1 + values.Below(3), rows = 1 + values.Below(20), columns = 1 + values.Below(50), k = depth.Value;
        float[] a = values.Mixed(batch * rows * k), b = values.Mixed(batch * k * columns), turned = new float[b.Length];
        float[] expected = new float[batch * rows * columns], y = values.Any(expected.Length), z = values.Any(expected.Length);
        for (int i = 0; i < batch; i++)
        {
            Span<float> matrix = b.AsSpan(i * k * columns, k * columns);
            Ref.Dot.MatMul(a.AsSpan(i * rows * k, rows * k), matrix, expected.AsSpan(i * rows * columns, rows * columns), rows, k, columns);
            for (int at = 0; at < matrix.Length; at++)
            {
                turned[(i * k * columns) + (at % columns * k) + (at / columns)] = matrix[at];
            }
        }

        int cut = values.Below((batch * rows) + 1);
        MatMul.Batched(a, b, y, batch, rows, k, columns, transposed: false, 0, cut);
        MatMul.Batched(a, b, y, batch, rows, k, columns, transposed: false, cut, batch * rows);
        Bits.Equal(expected, y);
        MatMul.Batched(a, turned, z, batch, rows, k, columns, transposed: true, cut, batch * rows);
        MatMul.Batched(a, turned, z, batch, rows, k, columns, transposed: true, 0, cut);
        Bits.Equal(expected, z);
    }

    [Property]
    public void A_left_operand_may_be_transposed_and_a_sum_go_on(Length depth, Seed seed)
    {
        var values = new Values(seed.Value);
        int rows = 1 + values.Below(40), columns = 16 * (1 + values.Below(5)), k = depth.Value;
        float[] x = values.Mixed(rows * k), w = values.Mixed(k * columns), turned = new float[x.Length];
        float[] product = new float[rows * columns], before = values.Mixed(product.Length), y = (float[])before.Clone(), z = values.Any(product.Length);
        Ref.Dot.MatMul(x, w, product, rows, k, columns);
        for (int at = 0; at < x.Length; at++)
        {
            turned[(at % k * rows) + (at / k)] = x[at];
        }

        fixed (float* px = x, pt = turned, pw = w, py = y, pz = z)
        {
            Gemm.Multiply(LeftOperand.Transposed(pt, rows), RightOperand.RowMajor(pw, columns), pz, columns, rows, columns, k);
            Bits.Equal(product, z);
            if (k <= 256)
            {
                Gemm.Multiply(LeftOperand.RowMajor(px, k), RightOperand.RowMajor(pw, columns), py, columns, rows, columns, k, add: true);
                Bits.Equal(k == 0 ? before : [.. before.Zip(product, static (b, p) => Lanes.Canonical(b + p))], y);
            }
        }
    }
}
