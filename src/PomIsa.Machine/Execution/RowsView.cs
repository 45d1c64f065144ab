namespace PomIsa.Machine.Execution;

/// <summary>The rows that a quantized product has multiplied, which most records of one commit to, and every claim. Shapes: <c>scales:[T], integers:[T,K]</c>.</summary>
/// <param name="scales">f32[T]; null: there was no such product.</param>
/// <param name="integers">Bytes, <c>[T,K]</c>.</param>
/// <param name="flip">0x80 where they are stored as q + 128, else 0.</param>
internal readonly unsafe struct RowsView(float* scales, byte* integers, byte flip, int rows, int depth)
{
    /// <summary>Whether there are any.</summary>
    public bool IsEmpty => scales == null;

    /// <summary>T.</summary>
    public int Rows => rows;

    /// <summary>K.</summary>
    public int Depth => depth;

    /// <summary>Bytes of all rows as they are committed.</summary>
    public long Bytes => (long)rows * (sizeof(float) + depth);

    /// <summary>What turns the bytes into i8.</summary>
    public byte Flip => flip;

    /// <summary>f32[T], little-endian.</summary>
    public ReadOnlySpan<byte> Scales => new(scales, rows * sizeof(float));

    /// <summary><c>[T,K]</c>, to be turned by <see cref="Flip"/>.</summary>
    public ReadOnlySpan<byte> Integers => new(integers, checked(rows * depth));
}
