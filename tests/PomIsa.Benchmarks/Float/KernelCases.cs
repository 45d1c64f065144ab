using System.Runtime.InteropServices;
using PomIsa.Kernels;
using PomIsa.Kernels.Reference;
using HalfPrecision = PomIsa.Kernels.HalfPrecision;
using Reference = PomIsa.Kernels.Reference.HalfPrecision;

namespace PomIsa.Benchmarks.Float;

/// <summary>The kernels and sizes that are measured: layers of decoders with 135M and 0.5B weights, and one large square.</summary>
internal static class KernelCases
{
    public static Func<NativeFloats, KernelCase>[] All { get; } =
    [
        static memory => F32(memory, 512, 4096, 4096),
        static memory => F32(memory, 512, 576, 1536),
        static memory => F32(memory, 512, 896, 4864),
        static memory => F32(memory, 128, 576, 1536),
        static memory => F32(memory, 16, 4096, 4096),
        static memory => F32(memory, 1, 4096, 32768),
        static memory => F32(memory, 1, 576, 49152),
        static memory => F32(memory, 2, 4096, 32768),
        static memory => F32(memory, 4, 4096, 32768),
        static memory => F32(memory, 8, 4096, 32768),
        static memory => Half(memory, 1, 4096, 32768, brain: false),
        static memory => Half(memory, 1, 4096, 32768, brain: true),
        static memory => Half(memory, 512, 896, 4864, brain: false),
        static memory => Half(memory, 512, 896, 4864, brain: true),
        static _ => Batched(9, 512, 64, 512, transposed: true),
        static _ => Batched(9, 512, 512, 64, transposed: false),
        static _ => Attend(512, 9, 3, 64, 0),
        static _ => Attend(512, 14, 2, 64, 0),
        static _ => Attend(128, 9, 3, 64, 0),
        static _ => Attend(512, 9, 3, 64, 512),
        static _ => Attend(1, 9, 3, 64, 999),
        static _ => Attend(1, 14, 2, 64, 999),
        static _ => Attend(512, 9, 3, 64, 0, window: 128),
    ];

    private static KernelCase Attend(int rows, int heads, int groups, int headDim, int seen, int window = int.MaxValue)
    {
        int cache = (seen + rows) * groups * headDim;
        float[] q = Values(rows * heads * headDim), k = Values(cache), v = Values(cache), y = new float[q.Length];
        var scratch = new ThreadLocal<float[]>(() => new float[Attention.ScratchLength(headDim, seen + rows)]);
        double visible = Enumerable.Range(seen + 1, rows).Sum(p => (double)Math.Min(p, window)) * heads;
        string limited = window == int.MaxValue ? "" : $" window {window}";
        return new(
            $"attention {rows}+{seen} {heads}/{groups}x{headDim}{limited}",
            4 * visible * headDim,
            0,
            rows * heads,
            (from, to) => Attention.Causal(q, k, v, rows, heads, groups, headDim, seen, 0.125f, y, scratch.Value!, from, to, window),
            () =>
            {
                float[] expected = new float[y.Length];
                Network.Attention(q, k, v, rows, heads, groups, headDim, seen, 0.125f, expected, window);
                for (int i = 0; i < y.Length; i++)
                {
                    Require(expected[i], y[i]);
                }
            },
            heads / groups);
    }

    private static KernelCase Half(NativeFloats memory, int rows, int depth, int columns, bool brain)
    {
        float[] x = Values(rows * depth), y = new float[rows * columns];
        int length = Panels.Length(depth, columns);
        var rounded = new Lazy<NativeBuffer>(() =>
        {
            var buffer = new NativeBuffer(2L * length);
            Round(memory.Span[..length], MemoryMarshal.Cast<byte, ushort>(buffer.Slice(0, 2 * length)), brain);
            return buffer;
        });
        return new(
            $"{(brain ? "bf16" : "f16")} {rows}x{depth}x{columns}",
            2.0 * rows * depth * columns,
            rows > 8 ? 0 : 2.0 * length,
            Panels.Count(columns),
            (from, to) =>
            {
                ReadOnlySpan<ushort> w = MemoryMarshal.Cast<byte, ushort>(rounded.Value.Slice(0, 2 * length));
                if (brain)
                {
                    MatMul.BF16Panels(x, w, y, rows, depth, columns, from, to);
                }
                else
                {
                    MatMul.F16Panels(x, w, y, rows, depth, columns, from, to);
                }
            },
            () =>
            {
                ReadOnlySpan<ushort> w = MemoryMarshal.Cast<byte, ushort>(rounded.Value.Slice(0, 2 * length));
                for (int i = 0; i < 300; i++)
                {
                    int t = i * 7919 % rows, n = (int)(i * 7907L % columns);
                    float[] column = new float[depth];
                    for (int k = 0; k < depth; k++)
                    {
                        ushort weight = w[Panels.Index(k, n, depth)];
                        column[k] = brain ? Reference.FromBF16(weight) : Reference.FromF16(weight);
                    }

                    Require(Dot.Strided(x.AsSpan(t * depth, depth), column, 1), y[(t * columns) + n]);
                }
            });
    }

    private static void Round(ReadOnlySpan<float> x, Span<ushort> y, bool brain)
    {
        if (brain)
        {
            HalfPrecision.ToBF16(x, y);
        }
        else
        {
            HalfPrecision.ToF16(x, y);
        }
    }

    private static KernelCase Batched(int batch, int rows, int depth, int columns, bool transposed)
    {
        float[] a = Values(batch * rows * depth), b = Values(batch * depth * columns), y = new float[batch * rows * columns];
        return new(
            $"batched {batch}x{rows}x{depth}x{columns}{(transposed ? " transposed" : "")}",
            2.0 * batch * rows * depth * columns,
            0,
            batch * rows,
            (from, to) => MatMul.Batched(a, b, y, batch, rows, depth, columns, transposed, from, to),
            () =>
            {
                for (int i = 0; i < 300; i++)
                {
                    int row = i * 7919 % (batch * rows), n = (int)(i * 7907L % columns), matrix = row / rows * depth * columns;
                    ReadOnlySpan<float> column = b.AsSpan(matrix + (transposed ? n * depth : n));
                    Require(Dot.Strided(a.AsSpan(row * depth, depth), column, transposed ? 1 : columns), y[(row * columns) + n]);
                }
            });
    }

    private static KernelCase F32(NativeFloats memory, int rows, int depth, int columns)
    {
        float[] x = Values(rows * depth), y = new float[rows * columns];
        int length = Panels.Length(depth, columns);
        return new(
            $"f32 {rows}x{depth}x{columns}",
            2.0 * rows * depth * columns,
            rows > 8 ? 0 : 4.0 * length,
            Panels.Count(columns),
            (from, to) => MatMul.F32Panels(x, memory.Span[..length], y, rows, depth, columns, from, to),
            () =>
            {
                for (int i = 0; i < 300; i++)
                {
                    int t = i * 7919 % rows, n = (int)(i * 7907L % columns);
                    float expected = Dot.Strided(x.AsSpan(t * depth, depth), memory.Span[Panels.Index(0, n, depth)..], Lanes.Count);
                    Require(expected, y[(t * columns) + n]);
                }
            });
    }

    private static float[] Values(int length)
    {
        using var values = new NativeFloats(length);
        return values.Span.ToArray();
    }

    private static void Require(float expected, float actual)
    {
        if (BitConverter.SingleToUInt32Bits(expected) != BitConverter.SingleToUInt32Bits(actual))
        {
            throw new InvalidOperationException("A kernel differs from its reference, so there is nothing to measure.");
        }
    }
}
