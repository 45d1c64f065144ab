namespace PomIsa.Machine.Execution;

/// <summary>What a quantized product leaves where its sums are wanted: row scales and integer sums, from which its output follows.</summary>
/// <param name="kind">The dtype byte of its commitment; 0: no such product.</param>
/// <param name="scales">f32[T].</param>
/// <param name="sums">i32[T,N], or i64[T,N] where <paramref name="width"/> is 8.</param>
internal readonly unsafe struct ProductView(byte kind, float* scales, void* sums, int rows, int columns, int width)
{
    public byte Kind => kind;

    public int Rows => rows;

    public int Columns => columns;

    public ReadOnlySpan<byte> Scales => new(scales, rows * sizeof(float));

    public ReadOnlySpan<byte> Sums => new(sums, checked(rows * columns * width));
}
