using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>The quantized linear layer in three exact stages (spec/numerics.md, rule 9).</summary>
public static unsafe class LinearW8
{
    /// <summary>The greatest K whose sums fit in 32 bits: K · 127 · 127 &lt; 2^31.</summary>
    public const int MaxDepth = int.MaxValue / (127 * 127);

    /// <summary>The greatest K whose sums fit in 32 bits where q may be −128 too: K · 128 · 127 &lt; 2^31.</summary>
    public const int MaxDepthOfBytes = int.MaxValue / (128 * 127);

    /// <summary>All three stages. Shapes: <c>x:[T,K], w: panels [⌈N/16⌉][K/4][16][4], s:[N] → scales:[T], acc, y:[T,N]</c>.</summary>
    /// <remarks>
    /// <paramref name="scales"/> and <paramref name="acc"/> are what a record commits to. Workers that share one product
    /// call <see cref="QuantizeRows(ReadOnlySpan{float}, int, Span{byte}, Span{float})"/> on ranges of rows, then
    /// <see cref="Multiply"/> on ranges of panels.
    /// </remarks>
    /// <param name="q">Scratch, <c>[T,K]</c>: the quantized rows.</param>
    /// <param name="columnSums"><see cref="Panels.ColumnSums"/> of <paramref name="w"/>.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or K is above <see cref="MaxDepth"/> or no multiple of 4.</exception>
    public static void Rows(
        ReadOnlySpan<float> x, ReadOnlySpan<sbyte> w, ReadOnlySpan<int> columnSums, ReadOnlySpan<float> s, int rows, int depth, int columns, Span<sbyte> q, Span<float> scales, Span<int> acc, Span<float> y, int panelFrom, int panelTo)
    {
        Shape.Require(scales.Length == rows, "scales are not [T]");
        Span<byte> offset = MemoryMarshal.AsBytes(q);
        QuantizeRows(x, depth, offset, scales);
        Multiply(offset, scales, w, columnSums, s, rows, depth, columns, acc, y, panelFrom, panelTo);
    }

    /// <summary>Quantizes each row. Shapes: <c>x:[T,K] → q:[T,K], scales:[T]</c>.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void QuantizeRows(ReadOnlySpan<float> x, int depth, Span<sbyte> q, Span<float> scales) =>
        QuantizeRows(x, depth, MemoryMarshal.AsBytes(q), scales, flip: 0);

    /// <summary>Quantizes each row and stores q + 128, as <see cref="Multiply"/> takes it. Shapes: <c>x:[T,K] → offset:[T,K], scales:[T]</c>.</summary>
    /// <remarks>Rows are independent: workers may share them, each with its slices of the three spans.</remarks>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void QuantizeRows(ReadOnlySpan<float> x, int depth, Span<byte> offset, Span<float> scales) =>
        QuantizeRows(x, depth, offset, scales, flip: 0x80);

    /// <summary>Quantizes one row: d = max|x| / 127, q = x / d rounded half to even within ±127; 0 where x / d is NaN.</summary>
    /// <remarks>An infinity or NaN in x makes d so too, and with it every output of the row NaN.</remarks>
    /// <returns>d, the row's scale.</returns>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static float QuantizeRow(ReadOnlySpan<float> x, Span<sbyte> q)
    {
        Shape.Require(x.Length == q.Length, "x and q differ in length");
        fixed (sbyte* to = q)
        {
            return RowQuantization.Row(x, (byte*)to, flip: 0);
        }
    }

    /// <summary>The exact product and y = f32(acc) · (d · s[n]) while its sums are in registers.</summary>
    /// <remarks>
    /// Shapes: <c>offset:[T,K], scales:[T]</c> from <see cref="QuantizeRows(ReadOnlySpan{float}, int, Span{byte}, Span{float})"/>,
    /// <c>w: panels [⌈N/16⌉][K/4][16][4], columnSums:[⌈N/16⌉·16], s:[N] → acc, y:[T,N]</c>. Only columns of panels
    /// <paramref name="panelFrom"/> to <paramref name="panelTo"/> (exclusive) are written, so that workers can share one product. It
    /// needs no scratch and allocates nothing. <paramref name="acc"/> may be empty: then the sums are not stored. |q| ≤ 127 and |w| ≤ 127: the caller's promise. Fastest where w is 64-byte aligned.
    /// </remarks>
    /// <exception cref="ArgumentException">Lengths disagree, or K is above <see cref="MaxDepth"/> or no multiple of 4.</exception>
    public static void Multiply(
        ReadOnlySpan<byte> offset, ReadOnlySpan<float> scales, ReadOnlySpan<sbyte> w, ReadOnlySpan<int> columnSums, ReadOnlySpan<float> s, int rows, int depth, int columns, Span<int> acc, Span<float> y, int panelFrom, int panelTo)
    {
        Check(offset.Length, w.Length, columnSums.Length, rows, depth, columns, acc.IsEmpty ? y.Length : acc.Length);
        Shape.Require(scales.Length == rows && s.Length == columns, "scales are not [T] or s not [N]");
        Shape.Require(acc.IsEmpty || y.Length == acc.Length, "acc and y are not both [T,N]");
        Shape.RequireRange(panelFrom, panelTo, Panels.Count(columns));
        fixed (byte* pq = offset)
        fixed (sbyte* pw = w)
        fixed (int* pa = acc, pc = columnSums)
        fixed (float* pd = scales, ps = s, py = y)
        {
            Run(new ByteProduct
            {
                Q = pq,
                Offset = true,
                W = (byte*)pw,
                ColumnSums = pc,
                Acc = pa,
                Scales = pd,
                S = ps,
                Y = py,
                Rows = rows,
                Depth = depth,
                Columns = columns,
                PanelFrom = panelFrom,
                PanelTo = panelTo,
            });
        }
    }

    /// <summary>acc = q · w, exactly. Shapes: <c>q:[T,K], w: panels → acc:[T,N]</c>; i8 by i8 to i32.</summary>
    /// <remarks>
    /// |w| ≤ 127: the caller's promise. q may be −128 too, where K is at most <see cref="MaxDepthOfBytes"/>. Any order and any instruction gives these bits.
    /// </remarks>
    /// <exception cref="ArgumentException">Lengths disagree, or K is above <see cref="MaxDepth"/> or no multiple of 4.</exception>
    public static void MatMulI8(
        ReadOnlySpan<sbyte> q, ReadOnlySpan<sbyte> w, ReadOnlySpan<int> columnSums, int rows, int depth, int columns, Span<int> acc, int panelFrom, int panelTo)
    {
        Check(q.Length, w.Length, columnSums.Length, rows, depth, columns, acc.Length);
        Shape.RequireRange(panelFrom, panelTo, Panels.Count(columns));
        fixed (sbyte* pq = q, pw = w)
        fixed (int* pa = acc, pc = columnSums)
        {
            Run(new ByteProduct
            {
                Q = (byte*)pq,
                W = (byte*)pw,
                ColumnSums = pc,
                Acc = pa,
                Rows = rows,
                Depth = depth,
                Columns = columns,
                PanelFrom = panelFrom,
                PanelTo = panelTo,
            });
        }
    }

    /// <summary>y = f32(acc) · (d · s[n]), each operation rounded. Shapes: <c>acc:[T,N], scales:[T], s:[N] → y:[T,N]</c>.</summary>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static void Dequantize(
        ReadOnlySpan<int> acc, ReadOnlySpan<float> scales, ReadOnlySpan<float> s, int rows, int columns, Span<float> y, int panelFrom, int panelTo)
    {
        Shape.Require(acc.Length == (long)rows * columns && acc.Length == y.Length, "acc and y are not both [T,N]");
        Shape.Require(scales.Length == rows && s.Length == columns, "scales are not [T] or s not [N]");
        Shape.RequireRange(panelFrom, panelTo, Panels.Count(columns));
        int from = panelFrom * Lanes.Count, to = Math.Min(columns, panelTo * Lanes.Count);
        for (int t = 0; t < rows && from < to; t++)
        {
            Row(acc.Slice((t * columns) + from, to - from), scales[t], s[from..to], y.Slice((t * columns) + from, to - from));
        }
    }

    private static void QuantizeRows(ReadOnlySpan<float> x, int depth, Span<byte> q, Span<float> scales, byte flip)
    {
        Shape.Require(x.Length == q.Length && x.Length == (long)scales.Length * depth, "x and q are not both [T,K]");
        fixed (byte* to = q)
        {
            for (int t = 0; t < scales.Length; t++)
            {
                scales[t] = RowQuantization.Row(x.Slice(t * depth, depth), to + ((nint)t * depth), flip);
            }
        }
    }

    private static void Run(in ByteProduct call)
    {
        if (AvxVnni.IsSupported)
        {
            ByteDots.Multiply<VnniDot>(call);
        }
        else if (ArmDots.IsSupported)
        {
            ArmDots.Multiply(call);
        }
        else
        {
            WordDots.Multiply(call, WordDots.Width);
        }
    }

    private static void Check(int q, int w, int sums, int rows, int depth, int columns, int acc)
    {
        Shape.Require(depth % 4 == 0 && depth is >= 0 and <= MaxDepth, "K is not a multiple of 4 up to MaxDepth");
        Shape.Require(q == (long)rows * depth, "q is not [T,K]");
        Shape.Require(w == Panels.Length(depth, columns), "w is not [N/16][K/4][16][4]");
        Shape.Require(sums == Panels.Count(columns) * Lanes.Count, "column sums are not one for each stored column");
        Shape.Require(acc == (long)rows * columns, "acc is not [T,N]");
    }

    private static void Row(ReadOnlySpan<int> acc, float d, ReadOnlySpan<float> s, Span<float> y)
    {
        Vector512<float> scale = Vector512.Create(d);
        int i = 0;
        for (; i <= acc.Length - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> value = Vector512.ConvertToSingle(Vector512.Create(acc.Slice(i, Lanes.Count)));
            Lanes.Canonical(value * (scale * Vector512.Create(s.Slice(i, Lanes.Count)))).CopyTo(y[i..]);
        }

        for (; i < acc.Length; i++)
        {
            y[i] = Lanes.Canonical(acc[i] * (d * s[i]));
        }
    }
}
