using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using PomIsa.Kernels;
using Ref = PomIsa.Kernels.Reference.Views;

namespace PomIsa.Benchmarks;

/// <summary>Views, choices and conversions of f32 beside a plain copy of as many bytes, one thread: results compared first, medians of interleaved rounds.</summary>
internal static class ViewBenchmark
{
    private const int Tokens = 128, Heads = 9, Width = 64, Row = Heads * Width, Count = Tokens * Row;

    private static readonly float[] s_x = Draw(1), s_other = Draw(2), s_y = new float[Count], s_copy = new float[Count];
    private static readonly byte[] s_mask = [.. s_x.Select(static v => v > 0 ? (byte)1 : (byte)0)], s_truth = new byte[Count];
    private static readonly int[] s_ids = [.. Enumerable.Range(0, Tokens).Select(static i => i * 37 % Tokens)], s_whole = new int[Count];
    private static readonly ushort[] s_halves = new ushort[Count];

    private static (string Name, Action Run, Func<int, float>? Expected)[] Cases =>
    [
        ("transpose [T,H,W] to [H,T,W]", static () => Transpose.Copy(Raw(s_x), [Tokens, Heads, Width], [1, 0, 2], 4, Raw(s_y)), From(Turned([Tokens, Heads, Width], [1, 0, 2]))),
        ("transpose [T,H,W] to [H,W,T]", static () => Transpose.Copy(Raw(s_x), [Tokens, Heads, Width], [1, 2, 0], 4, Raw(s_y)), From(Turned([Tokens, Heads, Width], [1, 2, 0]))),
        ("transpose [T,D] to [D,T]", static () => Transpose.Copy(Raw(s_x), [Tokens, Row], [1, 0], 4, Raw(s_y)), From(Turned([Tokens, Row], [1, 0]))),
        ("gather rows", static () => Indexed.Gather<int>(Raw(s_x), 1, Tokens, 4 * Row, s_ids, Raw(s_y)), static i => s_x[(s_ids[i / Row] * Row) + (i % Row)]),
        ("gather elements of rows", static () => Indexed.Gather<int>(Raw(s_x), Row, Tokens, 4, s_ids, Raw(s_y)), static i => s_x[(i / Tokens * Tokens) + s_ids[i % Tokens]]),
        ("expand a row", static () => Expand.Copy(Raw(s_x)[..(4 * Row)], [Row], 4, Raw(s_y), [Tokens, Row]), static i => s_x[i % Row]),
        ("where, a mask for all", static () => Selection.Where(s_mask, [Tokens, Row], Raw(s_x), Raw(s_other), [Tokens, Row], [Tokens, Row], 4, Raw(s_y)), static i => s_mask[i] != 0 ? s_x[i] : s_other[i]),
        ("vlt", static () => Comparison.Less<float>(s_x, s_other, s_truth), null),
        ("vrem", static () => Quotients.Rem(s_x, s_other, s_y), static i => Kernels.Reference.Exact.Remainder(s_x[i], s_other[i])),
        ("cast to i32", static () => Casts.ToNarrow<int>(s_x, s_whole), null),
        ("cast to f16", static () => HalfPrecision.ToF16(s_x, s_halves), null),
        ("sqrt", static () => Exact.Sqrt(s_x, s_y), static i => Lanes.Canonical(MathF.Sqrt(s_x[i]))),
    ];

    public static int Run(int rounds)
    {
        Console.WriteLine(FormattableString.Invariant($"{Count} elements of f32 ({Count * 4 >> 10} KiB); a copy of them is 1.0"));
        Console.WriteLine("operation                      | ns/element | times a copy");
        foreach ((string name, Action run, Func<int, float>? expected) in Cases)
        {
            run();
            for (int i = 0; expected is not null && i < Count; i++)
            {
                if (BitConverter.SingleToUInt32Bits(expected(i)) != BitConverter.SingleToUInt32Bits(s_y[i]))
                {
                    throw new InvalidOperationException($"{name} differs at {i}, so there is nothing to compare.");
                }
            }

            List<double> own = [], copy = [];
            for (int round = 0; round < rounds; round++)
            {
                own.Add(Nanoseconds(run));
                copy.Add(Nanoseconds(static () => s_x.CopyTo(s_copy, 0)));
            }

            double median = Median(own);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-30} | {median / Count,10:0.000} | {median / Median(copy),12:0.0}"));
        }

        return 0;
    }

    private static Func<int, float> From(int[] places) => i => s_x[places[i]];

    private static int[] Turned(int[] shape, int[] perm)
    {
        int[] places = [.. Enumerable.Range(0, Count)], turned = new int[Count];
        Ref.Transpose<int>(places, shape, perm, turned);
        return turned;
    }

    private static Span<byte> Raw(float[] values) => MemoryMarshal.AsBytes(values.AsSpan());

    /// <summary>Time of one execution, of several in a row.</summary>
    private static double Nanoseconds(Action run)
    {
        const int Repeats = 10;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Repeats; i++)
        {
            run();
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Repeats;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static float[] Draw(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Count).Select(_ => (float)((random.NextDouble() - 0.4) * 100))];
    }
}
