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
        BoundWeight weight = Weight(name);
        int found = 0;
        var random = new Random(11);
        for (int plant = 0; plant < Plants; plant++)
        {
            Product product = Draw(random, weight, 1 + random.Next(70), (byte)flip, least);
            ProductTest test = TestOf(plant);
            Assert.Null(Settle(test, product));
            int at = random.Next(product.Sums.Length);
            product.Sums[at] += random.Next(4) switch { 0 => 1, 1 => -1, 2 => 1 << random.Next(31), _ => random.Next(1, int.MaxValue) };
            found += Settle(test, product) == (0, at % product.Columns) ? 1 : 0;
        }

        Assert.Equal(Plants, found);
    }

    [Fact]
    public void Errors_that_cancel_out_in_plain_sums_are_found()
    {
        var random = new Random(3);
        for (int plant = 0; plant < 200; plant++)
        {
            const int rows = 50;
            Product product = Draw(random, Weight("wa"), rows, 0, 128);

            // Two rows of one column, the one more, the other less by as much.
            int column = random.Next(product.Columns), first = random.Next(rows), second = (first + 1 + random.Next(rows - 1)) % rows, change = 1 << random.Next(20);
            product.Sums[(first * product.Columns) + column] += change;
            product.Sums[(second * product.Columns) + column] -= change;
            Assert.Equal((0, column), Settle(TestOf(plant), product));
        }
    }

    [Fact]
    public void Of_many_products_that_wait_the_first_wrong_one_is_named()
    {
        var random = new Random(5);
        ProductTest test = TestOf(0);
        for (int round = 0; round < 100; round++)
        {
            Product shared = Draw(random, Weight("wa"), 1 + random.Next(20), 0x80, sbyte.MaxValue);
            Product[] products =
            [
                shared, shared with { Sums = [.. shared.Sums] }, Draw(random, Weight("wb"), 1 + random.Next(20), 0, sbyte.MaxValue), Draw(random, Weight("wc"), 1 + random.Next(20), 0, 128),
                Draw(random, Weight("wd"), 1 + random.Next(20), 0, 128),
            ];
            int wrong = random.Next(products.Length + 1), column = -1;
            if (wrong < products.Length)
            {
                int at = random.Next(products[wrong].Sums.Length);
                products[wrong].Sums[at] ^= 1 << random.Next(32);
                products[^1].Sums[^1] ^= wrong == products.Length - 1 ? 0 : 4;
                column = at % products[wrong].Columns;
            }

            for (int i = 0; i < products.Length; i++)
            {
                Add(test, products[i], same: i == 1);
            }

            Assert.Equal(column < 0 ? null : (wrong, column), test.Settle());
        }
    }

    [Fact]
    public void The_challenge_is_what_the_specification_says() =>
        Assert.Equal(ChallengeOfZeros, Convert.ToHexStringLower(System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(Challenge.Rows(default, Digest.Of([]), Digest.Of([1]), 6))));

    private const string ChallengeOfZeros = "9ae8af5acd0f59db0b2c73f3f449b0b6385ebee1fcbfef6bed75e0bf687918884da33a844ffaa144745c0a376c1764dc";

    private static Product Draw(Random random, BoundWeight weight, int rows, byte flip, int least)
    {
        int depth = weight.Entry.Shape[0], columns = weight.Entry.Shape[1];
        var q = new byte[rows * depth];
        for (int i = 0; i < q.Length; i++)
        {
            q[i] = (byte)((byte)(sbyte)random.Next(-least, 128) ^ flip);
        }

        int[] sums = new int[rows * columns];
        fixed (byte* pq = q)
        fixed (int* ps = sums)
        {
            LyingProducts.Multiply(new ProductRows { Q = pq, Flip = flip, Weight = weight, Rows = rows, Depth = depth, Columns = columns }, ps);
        }

        return new Product(weight, q, flip, sums, rows, columns);
    }

    private static (int Product, int Column)? Settle(ProductTest test, Product product)
    {
        Add(test, product, same: false);
        return test.Settle();
    }

    private static void Add(ProductTest test, Product product, bool same)
    {
        var rows = new PackedRow[product.Rows + Projection.Ahead];
        int[] copy = new int[product.Sums.Length];
        var packed = new byte[(sizeof(int) * copy.Length) + PackedSums.Past];
        fixed (byte* q = product.Q, place = packed)
        fixed (int* to = copy)
        fixed (PackedRow* opened = rows)
        {
            byte* next = place;
            for (int row = 0; row < product.Rows; row++)
            {
                ReadOnlySpan<int> sums = product.Sums.AsSpan(row * product.Columns, product.Columns);
                rows[row] = new PackedRow((nint)next, PackedSums.WidthOf(PackedSums.Bits(sums)));
                PackedSums.Pack(sums, rows[row].Width, next);
                next += PackedSums.Bytes(product.Columns, rows[row].Width);
            }

            int depth = product.Weight.Entry.Shape[0];
            test.Add(new ProductRows { Q = q, Flip = product.Flip, AreSame = same, Weight = product.Weight, Rows = product.Rows, Depth = depth, Columns = product.Columns, Sums = to }, opened);
        }

        Assert.Equal(product.Sums, copy);
    }

    private ProductTest TestOf(int checkpoint) => new(_pool, rows => Challenge.Rows(Digest.Of(BitConverter.GetBytes(checkpoint)), default, Digest.Of([7]), rows));

    private BoundWeight Weight(string name) => _program.Weights[Array.IndexOf(["table", "wa", "wb", "wc", "wd"], name)];

    private sealed record Product(BoundWeight Weight, byte[] Q, byte Flip, int[] Sums, int Rows, int Columns);
}
