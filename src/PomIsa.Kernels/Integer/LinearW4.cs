using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>The quantized linear layer over weights of 4 bits with integer sub-scales (spec/numerics.md, rule 9).</summary>
/// <remarks>The weight is nibble · sub · s[n], so that nibble · sub is an integer and a whole product's sum exact.</remarks>
public static unsafe class LinearW4
{
    /// <summary>Steps along k that share a sub-scale.</summary>
    public const int Group = 32;

    /// <summary>The greatest K whose sums fit in 32 bits: K · 127 · 8 · 63 &lt; 2^31.</summary>
    public const int MaxDepth = int.MaxValue / (127 * 8 * 63) / Group * Group;

    /// <summary>The greatest K whose sums fit in 32 bits where q may be −128 too: K · 128 · 8 · 63 &lt; 2^31.</summary>
    public const int MaxDepthOfBytes = int.MaxValue / (128 * 8 * 63);

    /// <summary>All three stages. Shapes: <c>x:[T,K], nibbles: [⌈N/16⌉][K/8][16][4], subs: [⌈N/16⌉][K/32][16], s:[N] → scales:[T], acc, y:[T,N]</c>.</summary>
    /// <param name="q">Scratch, <c>[T,K]</c>: the quantized rows.</param>
    /// <param name="offsets">Scratch, <c>[T,K/32]</c>: −8 times the sums of their groups.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or K is above <see cref="MaxDepth"/> or no multiple of 32.</exception>
    public static void Rows(
        ReadOnlySpan<float> x, ReadOnlySpan<byte> nibbles, ReadOnlySpan<byte> subs, ReadOnlySpan<float> s, int rows, int depth, int columns, Span<sbyte> q, Span<int> offsets, Span<float> scales, Span<int> acc, Span<float> y, int panelFrom, int panelTo)
    {
        QuantizeRows(x, depth, q, offsets, scales);
        Multiply(q, offsets, scales, nibbles, subs, s, rows, depth, columns, acc, y, panelFrom, panelTo);
    }

    /// <summary>Quantizes each row as w8 does, and sums its groups. Shapes: <c>x:[T,K] → q:[T,K], offsets:[T,K/32], scales:[T]</c>.</summary>
    /// <remarks>Rows are independent: workers may share them, each with its slices of the four spans.</remarks>
    /// <exception cref="ArgumentException">Lengths disagree, or K is no multiple of 32.</exception>
    public static void QuantizeRows(ReadOnlySpan<float> x, int depth, Span<sbyte> q, Span<int> offsets, Span<float> scales)
    {
        LinearW8.QuantizeRows(x, depth, q, scales);
        GroupOffsets(q, depth, offsets);
    }

    /// <summary>−8 times the sum of each group: what weights stored as nibble + 8 add too much. Shapes: <c>q:[T,K] → offsets:[T,K/32]</c>.</summary>
    /// <exception cref="ArgumentException">Lengths disagree, or K is no multiple of 32.</exception>
    public static void GroupOffsets(ReadOnlySpan<sbyte> q, int depth, Span<int> offsets)
    {
        Shape.Require(depth % Group == 0 && q.Length == (long)offsets.Length * Group, "offsets are not [T,K/32]");
        for (int g = 0; g < offsets.Length; g++)
        {
            Vector256<sbyte> group = Vector256.Create(q.Slice(g * Group, Group));
            Vector256<short> words = Vector256.WidenLower(group) + Vector256.WidenUpper(group);
            Vector256<int> eight = Vector256.WidenLower(words) + Vector256.WidenUpper(words);
            Vector128<int> four = eight.GetLower() + eight.GetUpper();
            offsets[g] = -8 * (four[0] + four[1] + four[2] + four[3]);
        }
    }

    /// <summary>The exact product and y = f32(acc) · (d · s[n]) while its sums are at hand.</summary>
    /// <remarks>
    /// <c>q, offsets, scales</c> are from <see cref="QuantizeRows"/>. Only columns of panels <paramref name="panelFrom"/> to
    /// <paramref name="panelTo"/> (exclusive) are written, so that workers can share one product. It needs no scratch and allocates
    /// nothing. <paramref name="acc"/> may be empty: then the sums are not stored. |q| ≤ 127 and 1 ≤ sub ≤ 63: the caller's promise.
    /// Fastest where nibbles are 64-byte aligned.
    /// </remarks>
    /// <exception cref="ArgumentException">Lengths disagree, or K is above <see cref="MaxDepth"/> or no multiple of 32.</exception>
    public static void Multiply(
        ReadOnlySpan<sbyte> q, ReadOnlySpan<int> offsets, ReadOnlySpan<float> scales, ReadOnlySpan<byte> nibbles, ReadOnlySpan<byte> subs, ReadOnlySpan<float> s, int rows, int depth, int columns, Span<int> acc, Span<float> y, int panelFrom, int panelTo)
    {
        Check(q.Length, offsets.Length, nibbles.Length, subs.Length, rows, depth, columns, acc.IsEmpty ? y.Length : acc.Length);
        Shape.Require(scales.Length == rows && s.Length == columns, "scales are not [T] or s not [N]");
        Shape.Require(acc.IsEmpty || y.Length == acc.Length, "acc and y are not both [T,N]");
        Shape.RequireRange(panelFrom, panelTo, Panels.Count(columns));
        fixed (sbyte* pq = q)
        fixed (byte* pw = nibbles, pu = subs)
        fixed (int* pa = acc, po = offsets)
        fixed (float* pd = scales, ps = s, py = y)
        {
            Run(new ByteProduct
            {
                Q = (byte*)pq,
                GroupOffsets = po,
                W = pw,
                Subs = pu,
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

    /// <summary>acc = q · (nibble · sub), exactly. Shapes as in <see cref="Multiply"/>.</summary>
    /// <remarks>1 ≤ sub ≤ 63: the caller's promise. q may be −128 too, where K is at most <see cref="MaxDepthOfBytes"/>.</remarks>
    /// <exception cref="ArgumentException">Lengths disagree, or K is above <see cref="MaxDepth"/> or no multiple of 32.</exception>
    public static void MatMulI4(
        ReadOnlySpan<sbyte> q, ReadOnlySpan<int> offsets, ReadOnlySpan<byte> nibbles, ReadOnlySpan<byte> subs, int rows, int depth, int columns, Span<int> acc, int panelFrom, int panelTo)
    {
        Check(q.Length, offsets.Length, nibbles.Length, subs.Length, rows, depth, columns, acc.Length);
        Shape.RequireRange(panelFrom, panelTo, Panels.Count(columns));
        fixed (sbyte* pq = q)
        fixed (byte* pw = nibbles, pu = subs)
        fixed (int* pa = acc, po = offsets)
        {
            RunAny(new ByteProduct
            {
                Q = (byte*)pq,
                GroupOffsets = po,
                W = pw,
                Subs = pu,
                Acc = pa,
                Rows = rows,
                Depth = depth,
                Columns = columns,
                PanelFrom = panelFrom,
                PanelTo = panelTo,
            });
        }
    }

    private static void Check(int q, int offsets, int nibbles, int subs, int rows, int depth, int columns, int acc)
    {
        Shape.Require(depth % Group == 0 && depth is >= 0 and <= MaxDepth, "K is not a multiple of 32 up to MaxDepth");
        Shape.Require(q == (long)rows * depth && offsets == (long)rows * (depth / Group), "q is not [T,K] or offsets not [T,K/32]");
        Shape.Require(nibbles == Panels.LengthW4(depth, columns), "nibbles are not [N/16][K/8][16][4]");
        Shape.Require(subs == Panels.LengthSubs(depth, columns), "sub-scales are not [N/16][K/32][16]");
        Shape.Require(acc == (long)rows * columns, "acc is not [T,N]");
    }

    /// <summary>With any byte for q: 32 · 8 · 128 in one group is just beyond the 16 bits that the quick dot multiplies.</summary>
    private static void RunAny(in ByteProduct call)
    {
        if (AvxVnni.IsSupported)
        {
            NibbleDots.Multiply<WholeVnniDot>(call);
        }
        else
        {
            Run(call);
        }
    }

    private static void Run(in ByteProduct call)
    {
        if (AvxVnni.IsSupported)
        {
            NibbleDots.Multiply<VnniDot>(call);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            NibbleDots.Multiply<NarrowDot>(call);
        }
        else
        {
            NibbleScalars.Multiply(call);
        }
    }
}
