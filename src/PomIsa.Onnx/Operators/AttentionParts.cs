using PomIsa.Isa;
using PomIsa.Onnx.Lowering;

namespace PomIsa.Onnx.Operators;

/// <summary>What every attention operator is made of: heads, caches, scores, what may be seen, weights.</summary>
internal static class AttentionParts
{
    /// <summary>[B, S, heads · h] to [B, heads, S, h].</summary>
    public static Reg Heads(Emitter e, Reg x, int heads)
    {
        int[] shape = x.Shape;
        if (shape[2] % heads != 0)
        {
            throw new OnnxException($"{shape[2]} columns are not {heads} heads");
        }

        return e.Transpose(e.Reshape(x, shape[0], shape[1], heads, shape[2] / heads), 0, 2, 1, 3);
    }

    /// <summary>[B, heads, S, h] to [B, S, heads · h].</summary>
    public static Reg Merge(Emitter e, Reg x)
    {
        int[] shape = x.Shape;
        return e.Reshape(e.Transpose(x, 0, 2, 1, 3), shape[0], shape[2], shape[1] * shape[3]);
    }

    /// <summary>Each of the heads of keys or values serves several heads of queries that follow one another.</summary>
    public static Reg Repeat(Emitter e, Reg x, int heads)
    {
        int[] shape = x.Shape;
        if (shape[1] == heads)
        {
            return x;
        }

        if (shape[1] == 0 || heads % shape[1] != 0)
        {
            throw new OnnxException($"{heads} heads of queries do not share {shape[1]} heads of keys");
        }

        Reg wide = e.Expand(e.Reshape(x, shape[0], shape[1], 1, shape[2], shape[3]), [shape[0], shape[1], heads / shape[1], shape[2], shape[3]]);
        return e.Reshape(wide, shape[0], heads, shape[2], shape[3]);
    }

    /// <summary>Scores [B, N, S, T] of queries and keys, both [B, N, ·, h], times a scale.</summary>
    public static Reg Scores(Emitter e, Reg q, Reg k, float scale) =>
        e.Zip("vmul", e.Emit("matmul.batch.t", [q, k]), Emitter.Scalar(DType.F32, scale));

    /// <summary>Scores drawn towards a cap.</summary>
    public static Reg Capped(Emitter e, Reg scores, float cap) => cap == 0 ? scores
        : e.Zip("vmul", e.Emit("tanh", [e.Zip("vdiv", scores, Emitter.Scalar(DType.F32, cap))]), Emitter.Scalar(DType.F32, cap));

    /// <summary>Scores where something may be seen, -inf elsewhere.</summary>
    public static Reg Masked(Emitter e, Reg scores, Reg seen) =>
        e.Emit("where", [seen, scores, Emitter.Scalar(DType.F32, double.NegativeInfinity)]);

    /// <summary>Softmax over the last axis, rows that see nothing being zero.</summary>
    public static Reg Weights(Emitter e, Reg scores)
    {
        if (scores.Shape[^1] == 0)
        {
            return scores;
        }

        Reg dead = e.Zip("veq", e.Emit("reduce.max", [scores]), Emitter.Scalar(DType.F32, double.NegativeInfinity));
        Reg zero = Emitter.Filled(DType.F32, scores.Shape, 0);
        Reg safe = e.Emit("where", [dead, zero, scores]);
        return e.Emit("where", [dead, zero, e.Emit("softmax", [safe])]);
    }

    /// <summary>Whether column j of T is at most row i of S plus an offset: what a causal row sees, and no further back than a window.</summary>
    public static Reg Causal(int rows, int columns, long offset, long window = long.MaxValue)
    {
        var seen = new byte[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                long at = i + offset;
                seen[(i * columns) + j] = j <= at && (window == long.MaxValue || j > at - window) ? (byte)1 : (byte)0;
            }
        }

        return Reg.OfBytes(DType.Bool, [rows, columns], seen);
    }

    /// <summary>Numbers 0, 1, 2 … as i64.</summary>
    public static Reg Count(int length) => Emitter.Integers([length], [.. Enumerable.Range(0, length).Select(static i => (long)i)]);

    /// <summary>Heads of x rotated by the angles of its positions; see <see cref="Rotate"/> for the tables.</summary>
    /// <param name="e">Takes the instructions.</param>
    /// <param name="x">[B, N, S, h].</param>
    /// <param name="cos">Cosines [B or 1, 1, S, r / 2], r the dimensions that turn.</param>
    /// <param name="sin">Sines, likewise.</param>
    /// <param name="interleaved">Pairs are neighbours rather than halves.</param>
    public static Reg Rotate(Emitter e, Reg x, Reg cos, Reg sin, bool interleaved)
    {
        int half = cos.Shape[^1], width = x.Shape[^1], last = x.Rank - 1;
        Reg turning = MoveOperators.SliceAxis(e, x, last, 0, 1, 2 * half), rest = MoveOperators.SliceAxis(e, x, last, 2 * half == width ? 0 : 2 * half, 1, width - (2 * half));
        Reg a = interleaved ? MoveOperators.SliceAxis(e, turning, last, 0, 2, half) : MoveOperators.SliceAxis(e, turning, last, 0, 1, half);
        Reg b = interleaved ? MoveOperators.SliceAxis(e, turning, last, 1, 2, half) : MoveOperators.SliceAxis(e, turning, last, half, 1, half);
        Reg first = e.Emit("vsub", [e.Zip("vmul", a, cos), e.Zip("vmul", b, sin)]), second = e.Emit("vadd", [e.Zip("vmul", a, sin), e.Zip("vmul", b, cos)]);
        int[] pair = [.. first.Shape, 1];
        Reg turned = interleaved
            ? e.Reshape(MoveOperators.ConcatAll(e, [e.Reshape(first, pair), e.Reshape(second, pair)], last + 1), turning.Shape)
            : MoveOperators.ConcatAll(e, [first, second], last);
        return rest.Length == 0 ? turned : MoveOperators.ConcatAll(e, [turned, rest], last);
    }
}
