using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>How a window moves over a plane of <c>[Height, Width]</c>: what convolution and pooling have in common.</summary>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
/// <param name="KernelHeight">R.</param>
/// <param name="KernelWidth">S.</param>
/// <param name="StrideHeight">Rows from one window to the next, at least 1.</param>
/// <param name="StrideWidth">Columns likewise.</param>
/// <param name="PadTop">Rows above the plane that windows may reach.</param>
/// <param name="PadLeft">Columns left of it.</param>
/// <param name="PadBottom">Rows below it.</param>
/// <param name="PadRight">Columns right of it.</param>
/// <param name="DilationHeight">Rows from one position of a window to the next, at least 1.</param>
/// <param name="DilationWidth">Columns likewise.</param>
public readonly record struct Window(
    int Height,
    int Width,
    int KernelHeight,
    int KernelWidth,
    int StrideHeight = 1,
    int StrideWidth = 1,
    int PadTop = 0,
    int PadLeft = 0,
    int PadBottom = 0,
    int PadRight = 0,
    int DilationHeight = 1,
    int DilationWidth = 1)
{
    /// <summary>P: windows from top to bottom; 0 where not even one fits.</summary>
    public int OutHeight => Out(Height, KernelHeight, StrideHeight, PadTop, PadBottom, DilationHeight);

    /// <summary>Q: windows from left to right.</summary>
    public int OutWidth => Out(Width, KernelWidth, StrideWidth, PadLeft, PadRight, DilationWidth);

    /// <summary>The plane's row that row r of the windows of output row p meets; it may lie outside.</summary>
    public int Row(int p, int r) => (p * StrideHeight) - PadTop + (r * DilationHeight);

    /// <summary>The plane's column that column s of the windows of output column q meets; it may lie outside.</summary>
    public int Column(int q, int s) => (q * StrideWidth) - PadLeft + (s * DilationWidth);

    /// <summary>Whether a row and a column lie in the plane.</summary>
    public bool Holds(int row, int column) => row >= 0 && row < Height && column >= 0 && column < Width;

    /// <summary>Neighbouring columns of one row of windows, at one position of theirs: <paramref name="otherwise"/> where that lies outside the plane.</summary>
    /// <param name="row">The plane's row, which may lie outside.</param>
    /// <param name="column">The plane's column of the first, which may lie outside.</param>
    internal unsafe void Read(float* plane, int row, int column, int count, float otherwise, float* to)
    {
        if (row < 0 || row >= Height)
        {
            new Span<float>(to, count).Fill(otherwise);
            return;
        }

        float* from = plane + ((nint)row * Width);
        if (StrideWidth == 1 && column >= 0 && column <= Width - Lanes.Count && count == Lanes.Count)
        {
            Vector512.Load(from + column).Store(to);
            return;
        }

        for (int i = 0; i < count; i++, column += StrideWidth)
        {
            to[i] = column >= 0 && column < Width ? from[column] : otherwise;
        }
    }

    /// <summary>Everything a caller may get wrong but the lengths.</summary>
    internal void Check()
    {
        Shape.Require(Height >= 0 && Width >= 0 && KernelHeight > 0 && KernelWidth > 0, "the plane or the window has no such size");
        Shape.Require(StrideHeight > 0 && StrideWidth > 0 && DilationHeight > 0 && DilationWidth > 0, "a stride or dilation is below 1");
        Shape.Require(PadTop >= 0 && PadLeft >= 0 && PadBottom >= 0 && PadRight >= 0, "a pad is below 0");
    }

    private static int Out(int size, int kernel, int stride, int before, int after, int dilation)
    {
        long room = (long)size + before + after - (((long)kernel - 1) * dilation) - 1;
        return room < 0 ? 0 : checked((int)(room / stride)) + 1;
    }
}
