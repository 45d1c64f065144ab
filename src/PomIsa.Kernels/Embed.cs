namespace PomIsa.Kernels;

/// <summary>Rows of an embedding table that is stored as the output matrix is: one column a token (tied weights).</summary>
public static class Embed
{
    /// <summary>Shapes: <c>tokens:[T], table: panels [⌈V/16⌉][D][16] → y:[T,D]</c>; f32.</summary>
    /// <exception cref="ArgumentException">Lengths disagree, or a token is not below V.</exception>
    public static void Rows(ReadOnlySpan<int> tokens, ReadOnlySpan<float> table, int vocabulary, int width, Span<float> y)
    {
        Shape.Require(table.Length == Panels.Length(width, vocabulary), "the table is not [V/16][D][16]");
        Shape.Require(y.Length == (long)tokens.Length * width, "y is not [T,D]");
        for (int t = 0; t < tokens.Length; t++)
        {
            int at = Panels.Index(0, Known(tokens[t], vocabulary), width);
            for (int d = 0; d < width; d++, at += Lanes.Count)
            {
                y[(t * width) + d] = Lanes.Canonical(table[at]);
            }
        }
    }

    /// <summary>y = f32(q) · s[token]. Shapes: <c>tokens:[T], table: panels [⌈V/16⌉][D/4][16][4], s:[V] → y:[T,D]</c>; w8.</summary>
    /// <exception cref="ArgumentException">Lengths disagree, D is no multiple of 4, or a token is not below V.</exception>
    public static void Rows(
        ReadOnlySpan<int> tokens, ReadOnlySpan<sbyte> table, ReadOnlySpan<float> s, int vocabulary, int width, Span<float> y)
    {
        Shape.Require(width % 4 == 0, "D is not a multiple of 4");
        Shape.Require(table.Length == Panels.Length(width, vocabulary), "the table is not [V/16][D/4][16][4]");
        Shape.Require(s.Length == vocabulary && y.Length == (long)tokens.Length * width, "s is not [V] or y not [T,D]");
        for (int t = 0; t < tokens.Length; t++)
        {
            int token = Known(tokens[t], vocabulary);
            for (int d = 0; d < width; d++)
            {
                y[(t * width) + d] = Lanes.Canonical(table[Panels.IndexW8(d, token, width)] * s[token]);
            }
        }
    }

    /// <summary>y = f32(nibble · sub) · s[token]. Shapes: <c>tokens:[T], table: w4 panels of [D,V], s:[V] → y:[T,D]</c>; w4.</summary>
    /// <exception cref="ArgumentException">Lengths disagree, D is no multiple of 32, or a token is not below V.</exception>
    public static void Rows(
        ReadOnlySpan<int> tokens, ReadOnlySpan<byte> nibbles, ReadOnlySpan<byte> subs, ReadOnlySpan<float> s, int vocabulary, int width, Span<float> y)
    {
        Shape.Require(width % LinearW4.Group == 0, "D is not a multiple of 32");
        Shape.Require(nibbles.Length == Panels.LengthW4(width, vocabulary), "the table is not [V/16][D/8][16][4]");
        Shape.Require(subs.Length == Panels.LengthSubs(width, vocabulary), "the sub-scales are not [V/16][D/32][16]");
        Shape.Require(s.Length == vocabulary && y.Length == (long)tokens.Length * width, "s is not [V] or y not [T,D]");
        for (int t = 0; t < tokens.Length; t++)
        {
            int token = Known(tokens[t], vocabulary);
            for (int d = 0; d < width; d++)
            {
                int weight = Panels.NibbleAt(nibbles, d, token, width) * subs[Panels.IndexSub(d, token, width)];
                y[(t * width) + d] = Lanes.Canonical(weight * s[token]);
            }
        }
    }

    /// <summary>Each value converted exactly. Shapes: <c>tokens:[T], table: panels [⌈V/16⌉][D][16] of f16 → y:[T,D]</c>.</summary>
    /// <exception cref="ArgumentException">Lengths disagree, or a token is not below V.</exception>
    public static void RowsF16(ReadOnlySpan<int> tokens, ReadOnlySpan<ushort> table, int vocabulary, int width, Span<float> y) =>
        HalfRows(tokens, table, vocabulary, width, y, HalfPrecision.FromF16);

    /// <summary>Each value converted exactly. Shapes: <c>tokens:[T], table: panels [⌈V/16⌉][D][16] of bf16 → y:[T,D]</c>.</summary>
    /// <exception cref="ArgumentException">Lengths disagree, or a token is not below V.</exception>
    public static void RowsBF16(ReadOnlySpan<int> tokens, ReadOnlySpan<ushort> table, int vocabulary, int width, Span<float> y) =>
        HalfRows(tokens, table, vocabulary, width, y, HalfPrecision.FromBF16);

    private delegate void Widen(ReadOnlySpan<ushort> x, Span<float> y);

    private static void HalfRows(ReadOnlySpan<int> tokens, ReadOnlySpan<ushort> table, int vocabulary, int width, Span<float> y, Widen widen)
    {
        const int Chunk = 256;
        Shape.Require(table.Length == Panels.Length(width, vocabulary), "the table is not [V/16][D][16]");
        Shape.Require(y.Length == (long)tokens.Length * width, "y is not [T,D]");
        Span<ushort> column = stackalloc ushort[Chunk];
        for (int t = 0; t < tokens.Length; t++)
        {
            int at = Panels.Index(0, Known(tokens[t], vocabulary), width);
            for (int from = 0; from < width; from += Chunk)
            {
                int count = Math.Min(Chunk, width - from);
                for (int d = 0; d < count; d++, at += Lanes.Count)
                {
                    column[d] = table[at];
                }

                widen(column[..count], y.Slice((t * width) + from, count));
            }
        }
    }

    private static int Known(int token, int vocabulary)
    {
        Shape.Require(token >= 0 && token < vocabulary, "a token is not below V");
        return token;
    }
}
