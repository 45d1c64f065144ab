namespace PomIsa.Kernels;

/// <summary>Where a matrix operand lies: element (i, j) of a panel-aligned view.</summary>
/// <param name="Data">First element.</param>
/// <param name="Row">Elements from one row to the next.</param>
/// <param name="Column">Elements from one column to the next.</param>
public readonly unsafe record struct LeftOperand(nint Data, nint Row, nint Column)
{
    /// <summary>A row-major matrix whose rows are <paramref name="row"/> elements apart.</summary>
    public static LeftOperand RowMajor(float* data, nint row) => new((nint)data, row, 1);

    /// <summary>The transpose of a row-major matrix whose rows are <paramref name="row"/> elements apart.</summary>
    public static LeftOperand Transposed(float* data, nint row) => new((nint)data, 1, row);
}

/// <summary>The right operand: 16 neighbouring columns are contiguous.</summary>
/// <param name="Data">First element.</param>
/// <param name="Row">Elements from row k to row k + 1.</param>
/// <param name="Panel">Elements from one group of 16 columns to the next.</param>
public readonly unsafe record struct RightOperand(nint Data, nint Row, nint Panel)
{
    /// <summary>A row-major matrix whose rows are <paramref name="row"/> elements apart.</summary>
    public static RightOperand RowMajor(float* data, nint row) => new((nint)data, row, 16);

    /// <summary>The stored panel layout <c>[N/16][K][16]</c>.</summary>
    public static RightOperand Panels(float* data, nint k) => new((nint)data, 16, k * 16);
}

/// <summary>f32 matrix product of strided operands in the order of spec/numerics.md, rule 3.</summary>
public static unsafe class Gemm
{
    /// <summary>Length of a block along k.</summary>
    public const int Block = MatMul.Block;

    /// <summary>C = A · B, or C + A · B where <paramref name="add"/> is set (C then stands before the first block).</summary>
    /// <remarks>Shapes: <c>A:[m,k], B:[k,n], C:[m,n]</c>, n a multiple of 16, C row-major with rows <paramref name="cRow"/> apart. No overlap.</remarks>
    public static void Multiply(LeftOperand a, RightOperand b, float* c, nint cRow, int m, int n, int k, bool add = false)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(n % Lanes.Count, 0);
        const int Size = sizeof(float);
        new Product((float*)a.Data, a.Row, a.Column, (void*)b.Data, b.Row * Size, b.Panel * Size, c, cRow, m, k, n, add).Run<F32Weight>();
    }
}
