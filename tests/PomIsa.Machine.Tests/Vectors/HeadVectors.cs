using PomIsa.Isa;
using PomIsa.Kernels.Reference;
using static PomIsa.Machine.Tests.Vectors.Values;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>Operations that go head by head.</summary>
internal static class HeadVectors
{
    private const string AttentionModule = ".symbol T max 8\n.symbol S max 8\n.state k f32[S, 4] max 8\n.state v f32[S, 4] max 8\n";

    public static IEnumerable<VectorCase> Rope()
    {
        foreach (int half in (int[])[1, 7, 8, 9, 15, 16, 17])
        {
            yield return Rope($"heads of {2 * half}, two of them", Spread(3 * 4 * half, -4, 4, (ulong)half), 3, half, 2, 6);
        }

        yield return Rope("one head of 256", Wide(256, 256), 1, 128, 0, 1);
        yield return Rope("the table's last row", Spread(2 * 12, -4, 4, 40), 2, 2, 6, 8);
        float[] cos = [1f, 0f, -0f, Infinity, NaNs[1], Tiny, -1f, 2f], sin = [0f, 1f, -0f, 0f, 1f, -Tiny, 1f, NaNs[5]];
        yield return Rope("special values", 1, [.. Extremes, 0f, -0f, Tiny, 1f, NaNs[2], -1f, 3e38f, -3e38f], cos, sin, 0);
        yield return Rope("zeros keep their signs", 1, [0f, -0f, -0f, 0f], [1f, -1f], [1f, 1f], 0);
        yield return Rope("each product rounds: there is no fma", 1, Bits(0x3f800001, 0x3f800001), Bits(0x3f800001), Bits(0x3f800001), 0);
        yield return RopeTrap("one row beyond the table", 2, 7);
        yield return RopeTrap("far beyond the table", 1, 1_000_000);
        yield return Sources.Refused(
            "half a head",
            FaultCode.ShapeMismatch,
            ".symbol T max 8\n.weight c f32[8, 2]\n.weight s f32[8, 2]\n.step f(x: f32[T, 4]) -> (y: f32[T, 4])\n    rope y, x, c, s, T\n    ret\n.end\n",
            Sources.Retyped(0, DType.F32, [Dim.OfSymbol(0), 6], 0, 1));
        yield return Sources.Invalid(
            "a symbol without a value", FaultCode.UnboundSymbol,
            ".symbol T max 8\n.symbol U max 8\n.weight c f32[8, 2]\n.weight s f32[8, 2]\n.step f(x: f32[T, 4]) -> (y: f32[T, 4])\n    rope y, x, c, s, U\n    ret\n.end\n");
    }

    public static IEnumerable<VectorCase> Attention()
    {
        yield return Attention("one value sees itself", 1, 1, 1, 1, 0);
        yield return Attention("two rows, causal", 2, 1, 1, 4, 0);
        yield return Attention("four heads share two", 3, 4, 2, 8, 5);
        yield return Attention("three heads share one", 2, 3, 1, 15, 1);
        yield return Attention("heads of 16", 1, 2, 2, 16, 15);
        yield return Attention("heads of 17", 2, 1, 1, 17, 15);
        yield return Attention("heads of 257: two blocks a score", 1, 1, 1, 257, 2);
        foreach (int positions in (int[])[255, 256, 257])
        {
            yield return Attention($"{positions} positions", 1, 1, 1, 4, positions - 1);
        }

        yield return Attention("17 rows over 241 positions: some see a second block", 17, 1, 1, 2, 241);
        yield return Unseen();
        yield return Attention("a key of infinity makes its own row NaN", 2, 1, 1, 2, 0, [1f, 2f, 3f, 4f], [1f, 1f, Infinity, 1f], [1f, 2f, 3f, 4f], 0.5f);
        yield return Attention("NaN payload in a value that is seen", 2, 1, 1, 2, 0, [1f, 2f, 3f, 4f], [1f, 1f, 2f, 1f], [NaNs[5], 2f, 3f, 4f], 0.5f);
        yield return Attention("a weight of zero still meets infinity", 1, 1, 1, 1, 1, [1f], [-1000f, 1000f], [Infinity, 1f], 1f);
        yield return Attention("a scale of zero: the mean", 1, 1, 1, 2, 3, Spread(2, -2, 2, 1), Spread(8, -2, 2, 2), Spread(8, -2, 2, 3), 0f);
        yield return Attention("subnormal keys and values", 1, 1, 1, 2, 3, [1f, -1f], Subnormals, [.. Subnormals.Reverse()], 1e30f);
        yield return Sources.Invalid(
            "before the states have this step's rows", FaultCode.AttentionBeforeAppend,
            AttentionModule + ".step f(q: f32[T, 4]) -> (y: f32[T, 4])\n    attention y, q, k, v, 4, 1.0\n    append k, q\n    append v, q\n    ret\n.end\n");
        const string good = AttentionModule + ".step f(q: f32[T, 4]) -> (y: f32[T, 4])\n    append k, q\n    append v, q\n    attention y, q, k, v, 4, 1.0\n    ret\n.end\n";
        yield return Sources.Refused("heads that do not divide a row", FaultCode.BadImmediate, good, Sources.Changed(2, 4, Operand.OfU32(3)));
        yield return Sources.Refused("heads of nothing", FaultCode.BadImmediate, good, Sources.Changed(2, 4, Operand.OfU32(0)));
        yield return Sources.Refused("a scale of NaN", FaultCode.BadImmediate, good, Sources.Changed(2, 5, Operand.OfF32(float.NaN)));
        yield return Sources.Invalid(
            "the result takes the query's place", FaultCode.DuplicateOperand,
            AttentionModule + ".step f(x: f32[T, 4]) -> (q: f32[T, 4])\n    vadd q, x, x\n    append k, x\n    append v, x\n    attention q, q, k, v, 4, 1.0\n    ret\n.end\n");
    }

    public static IEnumerable<VectorCase> AttentionWindow()
    {
        yield return Windowed("a window of one: the row's own value", 2, 1, 1, 4, 3, 1);
        yield return Windowed("four heads share two, window 3", 3, 4, 2, 8, 5, 3);
        yield return Windowed("rows that see less than the window", 5, 2, 1, 5, 0, 4);
        yield return Windowed("a window as wide as all", 3, 1, 1, 4, 2, 5);
        yield return Windowed("a window wider than all", 2, 1, 1, 4, 2, 1 << 24);
        yield return Windowed("a window of 257: two blocks, counted from the first position seen", 3, 1, 1, 2, 300, 257);
        yield return Windowed("17 rows, window 16", 17, 1, 1, 16, 9, 16);
        const string good = AttentionModule
            + ".step f(q: f32[T, 4]) -> (y: f32[T, 4])\n    append k, q\n    append v, q\n    attention.window y, q, k, v, 4, 1.0, 2\n    ret\n.end\n";
        yield return Sources.Refused("a window of nothing", FaultCode.BadImmediate, good, Sources.Changed(2, 6, Operand.OfU32(0)));
        yield return Sources.Refused("heads of nothing", FaultCode.BadImmediate, good, Sources.Changed(2, 4, Operand.OfU32(0)));
        yield return Sources.Invalid(
            "before the states have this step's rows", FaultCode.AttentionBeforeAppend,
            AttentionModule + ".step f(q: f32[T, 4]) -> (y: f32[T, 4])\n    attention.window y, q, k, v, 4, 1.0, 2\n    append k, q\n    append v, q\n    ret\n.end\n");
    }

    /// <summary>Each row by itself, as the only row of an attention over the positions that it sees.</summary>
    private static OperandCase Windowed(string name, int rows, int heads, int groups, int headDim, int seen, int window)
    {
        OperandCase all = Attention(name, rows, heads, groups, headDim, seen);
        int width = heads * headDim, row = groups * headDim;
        float[] q = all.Reads[0].Floats(), k = new Tensor(DType.F32, [], all.States[0].Bits).Floats(), v = new Tensor(DType.F32, [], all.States[1].Bits).Floats();
        var y = new float[q.Length];
        for (int t = 0; t < rows; t++)
        {
            int last = seen + t, first = Math.Max(0, last - window + 1), count = last - first + 1;
            Network.Attention(
                q.AsSpan(t * width, width), k.AsSpan(first * row, count * row), v.AsSpan(first * row, count * row), 1, heads, groups, headDim, count - 1, 0.25f, y.AsSpan(t * width, width));
        }

        return all with { Immediates = [.. all.Immediates, Immediate.Of((uint)window)], Writes = [Tensor.F32([rows, width], y)] };
    }

    private static OperandCase Rope(string name, float[] x, int rows, int half, int start, int positions) => Rope(
        name, rows, x, Spread(positions * half, -3, 0, 41), Spread(positions * half, -3, 0, 42), start, half);

    private static OperandCase Rope(string name, int rows, float[] x, float[] cos, float[] sin, int start, int half = 0)
    {
        half = half == 0 ? cos.Length : half;
        var y = new float[x.Length];
        int width = x.Length / rows;
        for (int at = 0; at < x.Length; at += 2 * half)
        {
            int position = (start + (at / width)) * half;
            Network.Rope(x.AsSpan(at, 2 * half), cos.AsSpan(position, half), sin.AsSpan(position, half), y.AsSpan(at, 2 * half));
        }

        return new OperandCase(name)
        {
            Reads = [Tensor.F32([rows, width], x)],
            Weights = [Table(cos, half), Table(sin, half)],
            Symbols = [("S", start)],
            Writes = [Tensor.F32([rows, width], y)],
        };
    }

    private static OperandCase RopeTrap(string name, int rows, int start) => new(name)
    {
        Reads = [Tensor.F32([rows, 4], new float[rows * 4])],
        Weights = [Table(Repeat(1f, 16), 2), Table(Repeat(0f, 16), 2)],
        Symbols = [("S", start)],
        Into = [(DType.F32, [rows, 4])],
        Trap = FaultCode.TableExceeded,
    };

    private static Weight Table(float[] values, int half) => new(Tensor.F32([values.Length / half, half], values), []);

    private static OperandCase Attention(string name, int rows, int heads, int groups, int headDim, int seen)
    {
        int cache = (seen + rows) * groups * headDim;
        ulong seed = (ulong)((rows * 1000) + seen);
        return Attention(
            name, rows, heads, groups, headDim, seen, Spread(rows * heads * headDim, -3, 1, seed), Spread(cache, -3, 1, 50), Spread(cache, -4, 4, 51), 0.25f);
    }

    /// <summary>Row 0 must not notice what the cache holds at the position of row 1.</summary>
    private static OperandCase Unseen() => Attention(
        "what a row does not see takes no part", 2, 1, 1, 2, 1, [1f, 2f, 3f, 4f], [1f, 0.5f, 2f, 1f, NaNs[2], 1f], [1f, 2f, 3f, 4f, Infinity, NaNs[0]], 0.5f);

    private static OperandCase Attention(
        string name, int rows, int heads, int groups, int headDim, int seen, float[] q, float[] k, float[] v, float scale)
    {
        var y = new float[q.Length];
        Network.Attention(q, k, v, rows, heads, groups, headDim, seen, scale, y);
        int[] shape = [rows, heads * headDim], row = [groups * headDim];
        return new OperandCase(name)
        {
            Reads = [Tensor.F32(shape, q)],
            States = [new StateRows(DType.F32, row, 512, Tensor.F32([], k).Bits), new StateRows(DType.F32, row, 512, Tensor.F32([], v).Bits)],
            Immediates = [Immediate.Of((uint)headDim), Immediate.Of(scale)],
            Writes = [Tensor.F32(shape, y)],
        };
    }
}
