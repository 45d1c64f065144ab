using System.Runtime.InteropServices;
using PomIsa.Fuzz.Generation;
using PomIsa.Isa;
using PomIsa.Kernels;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Fuzz.Reference;

/// <summary>The large operations.</summary>
internal static class RefNetwork
{
    private delegate void RowFunction(RefContext c, ReadOnlySpan<float> x, Span<float> y);

    public static KeyValuePair<string, RefOperation>[] All { get; } =
    [
        new("matmul", MatMul),
        new("linear.w8", Linear),
        new("linear.w4", Linear),
        new("matmul.batch", static c => Batched(c, transposed: false)),
        new("matmul.batch.t", static c => Batched(c, transposed: true)),
        ByRows("softmax", 3, static (_, x, y) => Ref.Network.Softmax(x, y)),
        ByRows("rmsnorm", 3, static (c, x, y) => Ref.Network.Rms(x, Floats(c.Weight(2)), c.Immediate(0).F32, y)),
        ByRows("layernorm", 4, static (c, x, y) => Ref.Network.Layer(x, Floats(c.Weight(2)), Floats(c.Weight(3)), c.Immediate(0).F32, y)),
        new("rope", Rope),
        new("embed", Embed),
        new("attention", static c => Attention(c, int.MaxValue)),
        new("attention.window", static c => Attention(c, (int)c.Immediate(2).U32)),
        new("attention.softcap", static c => Attention(c, c.Immediate(2).U32 == 0 ? int.MaxValue : (int)c.Immediate(2).U32, c.Immediate(3).F32)),
        new("attention.cross", static c => Cross(c, hasBias: false)),
        new("attention.bias", static c => Cross(c, hasBias: true)),
        new("quantize", Quantize),
        new("matmul.i8", MatMulI8),
        new("dequantize", Dequantize),
        new("conv", Convolution),
        new("pool.max", static c => Pool(c, mean: false)),
        new("pool.mean", static c => Pool(c, mean: true)),
    ];

    /// <summary>Elements of a weight as f32: f16 and bf16 converted exactly.</summary>
    public static float[] Floats(LogicalWeight weight) => weight.Entry.Element switch
    {
        DType.F32 => MemoryMarshal.Cast<byte, float>(weight.Values).ToArray(),
        DType.F16 => [.. MemoryMarshal.Cast<byte, ushort>(weight.Values).ToArray().Select(Ref.HalfPrecision.FromF16)],
        _ => [.. MemoryMarshal.Cast<byte, ushort>(weight.Values).ToArray().Select(Ref.HalfPrecision.FromBF16)],
    };

    private static KeyValuePair<string, RefOperation> ByRows(string mnemonic, int work, RowFunction of) => new(mnemonic, c =>
    {
        RefTensor x = c.In(1), y = RefTensor.New(DType.F32, x.Shape);
        for (int row = 0; row < x.Rows && x.Columns > 0; row++)
        {
            of(c, x.F32.Slice(row * x.Columns, x.Columns), y.F32.Slice(row * x.Columns, x.Columns));
        }

        c.Work = (ulong)(work * x.Length);
        return c.Write(y);
    });

    private static FaultCode MatMul(RefContext c)
    {
        RefTensor x = c.In(1);
        LogicalWeight w = c.Weight(2);
        int depth = w.Entry.Shape[0], columns = w.Entry.Shape[1];
        RefTensor y = RefTensor.New(DType.F32, [.. x.Shape[..^1], columns]);
        Ref.Dot.MatMul(x.F32, Floats(w), y.F32, x.Rows, depth, columns);
        c.Work = (ulong)x.Rows * (ulong)depth * (ulong)columns;
        return c.Write(y);
    }

    private static FaultCode Linear(RefContext c)
    {
        RefTensor x = c.In(1);
        LogicalWeight w = c.Weight(2);
        int rows = x.Rows, depth = w.Entry.Shape[0], columns = w.Entry.Shape[1];
        var q = new sbyte[rows * depth];
        var scales = new float[rows];
        var sums = new int[rows * columns];
        for (int t = 0; t < rows; t++)
        {
            scales[t] = Ref.Quantized.Row(x.F32.Slice(t * depth, depth), q.AsSpan(t * depth, depth));
        }

        ReadOnlySpan<sbyte> values = MemoryMarshal.Cast<byte, sbyte>(w.Values);
        if (w.Entry.Element == DType.W8)
        {
            Ref.Quantized.MatMul(q, values, rows, depth, columns, sums);
        }
        else
        {
            Ref.Quantized.MatMulW4(q, values, w.Subs, rows, depth, columns, sums);
        }

        RefTensor y = RefTensor.New(DType.F32, [.. x.Shape[..^1], columns]);
        for (int i = 0; i < sums.Length; i++)
        {
            y.F32[i] = Ref.Quantized.Dequantize(sums[i], scales[i / columns], w.Scales[i % columns]);
        }

        c.Quantized = (scales, q, rows, depth);
        c.Work = (ulong)rows * (ulong)depth * (ulong)columns;
        return c.Write(y);
    }

    private static FaultCode Batched(RefContext c, bool transposed)
    {
        RefTensor a = c.In(1), b = c.In(2);
        int rows = a.Shape[^2], depth = a.Shape[^1], columns = transposed ? b.Shape[^2] : b.Shape[^1];
        RefTensor y = RefTensor.New(DType.F32, [.. a.Shape[..^1], columns]);
        for (int i = 0; i < y.Length; i++)
        {
            int row = i / columns, n = i % columns, batch = row / rows;
            ReadOnlySpan<float> second = b.F32.Slice(batch * depth * columns, depth * columns);
            y.F32[i] = depth == 0 ? 0 : transposed
                ? Ref.Dot.Strided(a.F32.Slice(row * depth, depth), second[(n * depth)..], 1)
                : Ref.Dot.Strided(a.F32.Slice(row * depth, depth), second[n..], columns);
        }

        c.Work = (ulong)y.Length * (ulong)depth;
        return c.Write(y);
    }

    private static FaultCode Rope(RefContext c)
    {
        RefTensor x = c.In(1), y = RefTensor.New(DType.F32, x.Shape);
        float[] cos = Floats(c.Weight(2)), sin = Floats(c.Weight(3));
        int positions = c.Weight(2).Entry.Shape[0], half = c.Weight(2).Entry.Shape[1];
        long start = c.Symbol(4);
        if (start + x.Shape[0] > positions)
        {
            return FaultCode.TableExceeded;
        }

        for (int t = 0; t < x.Shape[0]; t++)
        {
            int row = (int)start + t;
            for (int head = 0; head < x.Shape[1]; head += 2 * half)
            {
                int at = (t * x.Shape[1]) + head;
                Ref.Network.Rope(x.F32.Slice(at, 2 * half), cos.AsSpan(row * half, half), sin.AsSpan(row * half, half), y.F32.Slice(at, 2 * half));
            }
        }

        c.Work = 2 * (ulong)x.Length;
        return c.Write(y);
    }

    private static FaultCode Embed(RefContext c)
    {
        RefTensor ids = c.In(1);
        LogicalWeight w = c.Weight(2);
        int width = w.Entry.Shape[0], vocabulary = w.Entry.Shape[1];
        RefTensor y = RefTensor.New(DType.F32, [.. ids.Shape, width]);
        float[] table = w.Entry.Element is DType.W8 or DType.W4 ? [] : Floats(w);
        for (int t = 0; t < ids.Length; t++)
        {
            int id = ids.I32[t];
            if (id < 0 || id >= vocabulary)
            {
                return FaultCode.IdOutOfRange;
            }

            for (int k = 0; k < width; k++)
            {
                int at = (k * vocabulary) + id;
                y.F32[(t * width) + k] = w.Entry.Element switch
                {
                    DType.W8 => Lanes.Canonical((sbyte)w.Values[at] * w.Scales[id]),
                    DType.W4 => Lanes.Canonical((sbyte)w.Values[at] * w.Subs[(k / 32 * vocabulary) + id] * w.Scales[id]),
                    _ => Lanes.Canonical(table[at]),
                };
            }
        }

        c.Work = (ulong)y.Length;
        return c.Write(y);
    }

    private static FaultCode Cross(RefContext c, bool hasBias)
    {
        RefTensor q = c.In(1), k = c.In(2), v = c.In(3), y = RefTensor.New(DType.F32, q.Shape);
        int rows = q.Shape[^2], width = q.Shape[^1], positions = k.Shape[^2], group = k.Shape[^1], headDim = (int)c.Immediate(0).U32;
        int batches = q.Shape[..^2].Aggregate(1, static (a, b) => a * b), heads = width / headDim;
        for (int b = 0; b < batches; b++)
        {
            ReadOnlySpan<float> bias = hasBias ? c.In(4).F32.Slice(b * heads * rows * positions, heads * rows * positions) : [];
            Range queries = (b * rows * width)..((b + 1) * rows * width), keys = (b * positions * group)..((b + 1) * positions * group);
            Ref.Network.Cross(
                q.F32[queries], k.F32[keys], v.F32[keys], bias, rows, heads, group / headDim, headDim, positions, c.Immediate(1).F32, y.F32[queries]);
        }

        c.Work = 2 * (ulong)batches * (ulong)rows * (ulong)positions * (ulong)width;
        return c.Write(y);
    }

    private static FaultCode Quantize(RefContext c)
    {
        RefTensor x = c.In(2), q = RefTensor.New(DType.I8, x.Shape), d = RefTensor.New(DType.F32, [.. x.Shape[..^1], 1]);
        for (int row = 0; row < x.Rows; row++)
        {
            d.F32[row] = Ref.Quantized.Row(
                x.F32.Slice(row * x.Columns, x.Columns), MemoryMarshal.Cast<byte, sbyte>(q.Raw.AsSpan(row * x.Columns, x.Columns)));
        }

        c.Work = (ulong)x.Length;
        c.Write(q);
        return c.Write(d);
    }

    private static FaultCode MatMulI8(RefContext c)
    {
        RefTensor q = c.In(1);
        LogicalWeight w = c.Weight(2);
        int depth = w.Entry.Shape[0], columns = w.Entry.Shape[1];
        RefTensor y = RefTensor.New(DType.I32, [.. q.Shape[..^1], columns]);
        for (int i = 0; i < y.Length; i++)
        {
            for (int k = 0; k < depth; k++)
            {
                int at = (k * columns) + (i % columns), sub = w.Subs.Length > 0 ? w.Subs[(k / 32 * columns) + (i % columns)] : 1;
                int value = (sbyte)q.Raw[(i / columns * depth) + k], weight = (sbyte)w.Values[at] * sub;
                y.I32[i] = checked(y.I32[i] + (value * weight));
            }
        }

        c.Work = (ulong)y.Length * (ulong)depth;
        return c.Write(y);
    }

    private static FaultCode Dequantize(RefContext c)
    {
        RefTensor acc = c.In(1), d = c.In(2), y = RefTensor.New(DType.F32, acc.Shape);
        for (int i = 0; i < y.Length; i++)
        {
            y.F32[i] = Ref.Quantized.Dequantize(acc.I32[i], d.F32[i / acc.Columns], c.Weight(3).Scales[i % acc.Columns]);
        }

        c.Work = (ulong)y.Length;
        return c.Write(y);
    }

    private static FaultCode Convolution(RefContext c)
    {
        RefTensor x = c.In(1);
        System.Collections.Immutable.ImmutableArray<int> shape = c.Weight(2).Entry.Shape;
        Window window = WindowOf(c, x, shape[2], shape[3], first: 0);
        RefTensor y = RefTensor.New(DType.F32, x.Shape[0], shape[0], window.OutHeight, window.OutWidth);
        Ref.Windows.Convolution(x.F32, Floats(c.Weight(2)), y.F32, x.Shape[0], x.Shape[1], shape[0], shape[1], window);
        c.Work = (ulong)y.Length * (ulong)(shape[1] * shape[2] * shape[3]);
        return c.Write(y);
    }

    private static FaultCode Pool(RefContext c, bool mean)
    {
        RefTensor x = c.In(1);
        int height = (int)c.Immediate(0).U32, width = (int)c.Immediate(1).U32;
        Window window = WindowOf(c, x, height, width, first: 2);
        RefTensor y = RefTensor.New(DType.F32, x.Shape[0], x.Shape[1], window.OutHeight, window.OutWidth);
        Ref.Windows.Pool(x.F32, y.F32, window, mean, mean && c.Immediate(10).U32 == 1);
        c.Work = (ulong)y.Length * (ulong)(height * width);
        return c.Write(y);
    }

    private static Window WindowOf(RefContext c, RefTensor x, int height, int width, int first)
    {
        int[] n = [.. Enumerable.Range(first, 8).Select(i => (int)c.Immediate(i).U32)];
        return new Window(x.Shape[2], x.Shape[3], height, width, n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
    }

    private static FaultCode Attention(RefContext c, int window, float cap = 0)
    {
        RefTensor q = c.In(1), y = RefTensor.New(DType.F32, q.Shape);
        RefState k = c.State(2), v = c.State(3);
        int rows = q.Shape[0], headDim = (int)c.Immediate(0).U32, width = k.Entry.Row[0], seen = k.Rows - rows;
        Ref.Network.Attention(
            q.F32, Floats(k), Floats(v), rows, q.Shape[1] / headDim, width / headDim, headDim, seen, c.Immediate(1).F32, y.F32, window, cap);
        for (int t = 0; t < rows; t++)
        {
            c.Work += 2 * (ulong)q.Shape[1] * (ulong)Math.Min(window, seen + t + 1);
        }

        return c.Write(y);

        static float[] Floats(RefState state) => MemoryMarshal.Cast<byte, float>(state.Bytes.ToArray()).ToArray();
    }
}
