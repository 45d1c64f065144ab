using PomIsa.Audit.Projecting;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Weights;

namespace PomIsa.Audit.Tests.Projecting;

/// <summary>Wrong sums in products of each kind: every one is found. The chance to miss one is 2⁻⁶⁴.</summary>
public sealed unsafe class ProductTestTests : IDisposable
{
    private const int Plants = 1000;

    private readonly WorkerPool _pool = new(2);
    private readonly BoundProgram _program = QuantizedProgram.Bind(1);

    public void Dispose()
    {
        _program.Dispose();
        _pool.Dispose();
    }

    [Theory]
    [InlineData("wa", 0x80, sbyte.MaxValue)] // linear.w8: rows are stored as q + 128, and q is at least -127
    [InlineData("wb", 0, sbyte.MaxValue)] // linear.w4
    [InlineData("wc", 0, 128)] // matmul.i8 over 8 bits
    [InlineData("wd", 0, 128)] // matmul.i8 over 4 bits
    public void A_thousand_wrong_sums_of_a_thousand_are_found(string name, int flip, int least)
    {
        BoundWeight weight = _program.Weights[Array.IndexOf(["table", "wa", "wb", "wc", "wd"], name)];
        int depth = weight.Entry.Shape[0], columns = weight.Entry.Shape[1], found = 0;
        var random = new Random(11);
        for (int plant = 0; plant < Plants; plant++)
        {
            int rows = 1 + random.Next(70);
            var q = new byte[rows * depth];
            for (int i = 0; i < q.Length; i++)
            {
                q[i] = (byte)((byte)(sbyte)random.Next(-least, 128) ^ flip);
            }

            int[] y = new int[rows * columns];
            var test = new ProductTest(_pool, Challenge.Rows(Digest.Of(BitConverter.GetBytes(plant)), default, rows));
            fixed (byte* pq = q)
            fixed (int* py = y)
            {
                var product = new ProductRows(pq, (byte)flip, same: false, weight, rows, depth, columns);
                LyingProducts.Multiply(product, py);
                Assert.Equal(-1, test.WrongColumn(product, py));
                int at = random.Next(y.Length);
                y[at] += random.Next(4) switch { 0 => 1, 1 => -1, 2 => 1 << random.Next(31), _ => random.Next(1, int.MaxValue) };
                found += test.WrongColumn(product, py) == at % columns ? 1 : 0;
            }
        }

        Assert.Equal(Plants, found);
    }

    [Fact]
    public void Errors_that_cancel_out_in_plain_sums_are_found()
    {
        BoundWeight weight = _program.Weights[1];
        int depth = weight.Entry.Shape[0], columns = weight.Entry.Shape[1];
        var random = new Random(3);
        for (int plant = 0; plant < 200; plant++)
        {
            const int rows = 50;
            var q = new byte[rows * depth];
            random.NextBytes(q);
            int[] y = new int[rows * columns];
            var test = new ProductTest(_pool, Challenge.Rows(Digest.Of(BitConverter.GetBytes(plant)), default, rows));
            fixed (byte* pq = q)
            fixed (int* py = y)
            {
                var product = new ProductRows(pq, 0, same: false, weight, rows, depth, columns);
                LyingProducts.Multiply(product, py);
                // Two rows of one column, the one more, the other less by as much.
                int column = random.Next(columns), first = random.Next(rows), second = (first + 1 + random.Next(rows - 1)) % rows, change = 1 << random.Next(20);
                y[(first * columns) + column] += change;
                y[(second * columns) + column] -= change;
                Assert.Equal(column, test.WrongColumn(product, py));
            }
        }
    }

    [Fact]
    public void The_challenge_is_what_the_specification_says() =>
        Assert.Equal(ChallengeOfZeros, Convert.ToHexStringLower(System.Runtime.InteropServices.MemoryMarshal.AsBytes<sbyte>(Challenge.Rows(default, Digest.Of([]), 6))));

    private const string ChallengeOfZeros = "c97aa9b12d3d953f9c7d98c77ed54bb8593cee73e723b2ddf5b11f0025c7c22b196aa07226430f33a9df5f860b04b6a2";
}
