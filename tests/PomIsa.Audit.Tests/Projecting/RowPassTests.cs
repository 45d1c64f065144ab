using PomIsa.Audit.Projecting;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Audit.Tests.Projecting;

/// <summary>A product of many columns that is only chosen from is added up by columns: its sums are those of the pass by rows, its choices those of the values.</summary>
public sealed unsafe class RowPassTests
{
    private const int Depth = 32, Columns = (5 * 1024) + 112; // six blocks, which four pieces share

    [Theory]
    [InlineData(3, 1, false)]
    [InlineData(40, 2, false)]
    [InlineData(70, 3, true)]
    public void Columns_of_many_threads_come_together(int rows, int threads, bool same)
    {
        using BoundProgram program = ChosenProgram.Bind("w8", Depth, Columns);
        using var pool = new WorkerPool(threads);
        using var slab = new Slab();
        var random = new Random(rows);
        int[] s = [.. Enumerable.Range(0, rows * Projection.Count).Select(_ => random.Next())], greatest = new int[rows], copy = new int[rows * Columns];
        int[] y = [.. Enumerable.Range(0, rows * Columns).Select(_ => random.Next(-40, 40))]; // many are equal, in different pieces
        byte[] q = new byte[rows * Depth], packed = new byte[(sizeof(int) * y.Length) + PackedSums.Past];
        random.NextBytes(q);
        float[] scales = [.. Enumerable.Range(0, rows).Select(_ => random.NextSingle())], values = new float[y.Length];
        long[] u = new long[Projection.Count * Projection.Stride(Depth)], z = new long[Projection.Count * Projection.Stride(Columns)];
        long[] expectedU = new long[u.Length], expectedZ = new long[z.Length];
        var places = new PackedRow[rows + Projection.Ahead];
        fixed (byte* to = packed, pq = q)
        fixed (int* ps = s, pg = greatest, pc = copy)
        fixed (float* pd = scales)
        fixed (PackedRow* rowsOf = places)
        {
            long row = PackedSums.Bytes(Columns, 16);
            for (int t = 0; t < rows; t++)
            {
                _ = PackedSums.Pack(y.AsSpan(t * Columns, Columns), 16, to + (t * row));
            }

            for (int t = 0; t < places.Length; t++)
            {
                places[t] = new PackedRow((nint)(to + (Math.Min(t, rows - 1) * row)), 16);
            }

            var product = new ProductRows { Q = pq, Weight = program.Weights[0], Rows = rows, Depth = Depth, Columns = Columns, Scales = pd, AreSame = same };
            var pass = new RowPass(pool, slab);
            pass.Run(product with { Greatest = pg }, ps, rowsOf, u, z);
            pass.Run(product with { Sums = pc }, ps, rowsOf, expectedU, expectedZ);
        }

        LinearW8.Dequantize(y, scales, program.Weights[0].Scales, rows, Columns, values, 0, Panels.Count(Columns));
        Assert.Equal(expectedU, u);
        Assert.Equal(expectedZ, z);
        Assert.Equal(y, copy);
        Assert.Equal(Enumerable.Range(0, rows).Select(t => Kernels.Rows.Argmax(values.AsSpan(t * Columns, Columns))), greatest);
    }
}
