using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 100, QuietOnSuccess = true)]
public sealed class MatMulTests
{
    [Property]
    public void The_product_equals_the_reference(Length depth, Seed seed)
    {
        var values = new Values(seed.Value);
        int rows = 1 + values.Below(14), columns = 1 + values.Below(150), k = depth.Value;
        float[] x = values.Mixed(rows * k), w = values.Mixed(k * columns), panels = new float[Panels.Length(k, columns)];
        float[] expected = new float[rows * columns], y = values.Any(rows * columns);
        Ref.Dot.MatMul(x, w, expected, rows, k, columns);
        Panels.Pack(w, k, columns, panels);
        int cut = values.Below(Panels.Count(columns) + 1);
        MatMul.F32Panels(x, panels, y, rows, k, columns, 0, cut);
        MatMul.F32Panels(x, panels, y, rows, k, columns, cut, Panels.Count(columns));
        Bits.Equal(expected, y);
    }

    [Property]
    public void A_row_does_not_depend_on_its_batch(Length depth, Seed seed)
    {
        var values = new Values(seed.Value);
        int rows = 1 + values.Below(13), columns = 16 * (1 + values.Below(9)), k = depth.Value;
        float[] x = values.Mixed(rows * k), panels = values.Mixed(k * columns), y = new float[rows * columns], row = new float[columns];
        MatMul.F32Panels(x, panels, y, rows, k, columns, 0, columns / 16);
        for (int t = 0; t < rows; t++)
        {
            MatMul.F32Panels(x.AsSpan(t * k, k), panels, row, 1, k, columns, 0, columns / 16);
            Bits.Equal(y.AsSpan(t * columns, columns), row);
        }
    }

    [Fact]
    public void Columns_outside_the_range_are_left_alone()
    {
        float[] y = new float[3 * 40];
        Array.Fill(y, 7f);
        MatMul.F32Panels(new float[3 * 5], new float[5 * 48], y, 3, 5, 40, 1, 2);
        Assert.Equal([.. Enumerable.Range(0, 120).Select(static i => i % 40 is >= 16 and < 32 ? 0f : 7f)], y);
    }

    [Property]
    public void Packing_and_unpacking_give_back_the_matrix(Seed seed)
    {
        var values = new Values(seed.Value);
        int k = 4 * values.Below(9), n = 1 + values.Below(50);
        float[] w = values.Any(k * n), panels = new float[Panels.Length(k, n)], back = new float[k * n];
        Panels.Pack(w, k, n, panels);
        Panels.Unpack(panels, k, n, back);
        Bits.Equal(w, back);
        sbyte[] bytes = values.Bytes(k * n), packed = new sbyte[Panels.Length(k, n)], unpacked = new sbyte[k * n];
        int[] sums = new int[Panels.Count(n) * 16];
        Panels.Pack(bytes, k, n, packed);
        Panels.Unpack(packed, k, n, unpacked);
        Assert.Equal(bytes, unpacked);
        Panels.ColumnSums(packed, k, n, sums);
        Assert.Equal([.. Enumerable.Range(0, sums.Length).Select(c => c < n ? Enumerable.Range(0, k).Sum(r => bytes[(r * n) + c]) : 0)], sums);
    }
}
