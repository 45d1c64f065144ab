using System.Globalization;
using System.Runtime.Intrinsics.X86;
using PomIsa.Kernels;

namespace PomIsa.Benchmarks.Integer;

/// <summary>The quantized linear layers beside what the processor could do at most, which the same rounds measure.</summary>
internal static unsafe class IntegerBenchmark
{
    private static readonly (int Depth, int Columns)[] Decode =
        [(576, 576), (576, 192), (576, 1536), (1536, 576), (576, 49152), (896, 896), (896, 4864), (4864, 896), (896, 151936)];

    private static readonly (int Depth, int Columns)[] Prefill =
        [(576, 576), (576, 192), (576, 1536), (1536, 576), (896, 4864), (4864, 896)];

    public static int Run(int rounds)
    {
        if (!AvxVnni.IsSupported)
        {
            Console.Error.WriteLine("This processor has no VPDPBUSD, whose peak the figures are shares of.");
            return 3;
        }

        using HugeBuffer weights = new HugeBuffer(448L << 20).Filled();
        using var pair = new Pair();
        List<Product> products = [.. Decode.SelectMany(s => All(1, s, weights))];
        foreach (int rows in new[] { 128, 512 })
        {
            products.AddRange(Prefill.SelectMany(s => All(rows, s, weights)));
        }

        products.ForEach(static p => p.Verify());
        foreach (int threads in new[] { 1, 2 })
        {
            Print(threads, Measure(pair, weights, products, threads, rounds), products);
        }

        products.ForEach(static p => p.Dispose());
        Console.WriteLine($"medians of {rounds} interleaved rounds; quantizing the rows and dequantizing are part of every product");
        return 0;
    }

    private static IEnumerable<Product> All(int rows, (int Depth, int Columns) shape, HugeBuffer weights) =>
        [new ProductW8(rows, shape.Depth, shape.Columns, weights), new ProductW4(rows, shape.Depth, shape.Columns, weights)];

    /// <summary>Seconds: byte products, reading in order, reading four streams, column sums, then each product.</summary>
    private static double[] Measure(Pair pair, HugeBuffer weights, List<Product> products, int threads, int rounds)
    {
        long half = weights.Length / 2;
        int length = (int)(weights.Length / threads);
        List<Action<int>> work =
        [
            static _ => Limits.ByteProducts(),
            part => Limits.Linear(weights.Data + (part * half), weights.Length / threads),
            part => Limits.FourStreams(weights.Data + (part * half), weights.Length / threads / 65536 * 65536),
            part => Panels.ColumnSums(new ReadOnlySpan<sbyte>(weights.Data + (part * half), length), 1024, length / 1024, Sums[part].AsSpan(0, length / 1024)),
            .. products.Select<Product, Action<int>>(p => part => p.Run(part, threads)),
        ];
        List<double>[] seconds = [.. work.Select(static _ => new List<double>())];
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < work.Count; i++)
            {
                double took = pair.Seconds(threads, work[i]);
                if (round >= 0) // the first round warms up
                {
                    seconds[i].Add(took);
                }
            }
        }

        return [.. seconds.Select(static s => s.Order().ElementAt(s.Count / 2))];
    }

    private static int[][] Sums { get; } = [new int[448 << 10], new int[448 << 10]];

    private static void Print(int threads, double[] seconds, List<Product> products)
    {
        double bytes = 448L << 20, peak = Limits.Operations * threads / seconds[0] / 1e9, read = bytes / Math.Min(seconds[1], seconds[2]) / 1e9;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{threads} thread{(threads > 1 ? "s" : "")}: byte products {peak:F0} GOP/s · reading {read:F1} GB/s (in order {bytes / seconds[1] / 1e9:F1}, four streams {bytes / seconds[2] / 1e9:F1}) · column sums {bytes / seconds[3] / 1e9:F1} GB/s"));
        Console.WriteLine("    T      K       N      |   µs a product |   GOP/s  of peak |  GB/s of weights  of reading");
        for (int i = 0; i < products.Count; i++)
        {
            Product p = products[i];
            double one = seconds[i + 4] / p.Copies, rate = 2.0 * p.Rows * p.Depth * p.Columns / one / 1e9, stream = p.Bytes / one / 1e9;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{p.Rows,5}  {p.Depth,5}  {p.Columns,6}  {p.Format} | {one * 1e6,14:F1} | {rate,7:F1} {rate / peak,7:P0}  | {stream,16:F2} {stream / read,11:P0}"));
        }
    }
}
