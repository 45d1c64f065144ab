using System.Runtime.InteropServices;

namespace PomIsa.Kernels;

/// <summary>Copies runs of bytes that lie at equal distances, and fills bytes with one element.</summary>
internal static class StridedRuns
{
    /// <summary>For i below <paramref name="count"/>, the <paramref name="run"/> bytes at start + i · step of x go to those of y.</summary>
    /// <remarks>Distances are in bytes; that of x may be negative.</remarks>
    public static void Copy(ReadOnlySpan<byte> x, int xStart, int xStep, Span<byte> y, int yStart, int yStep, int run, int count)
    {
        if (run == 0 || count == 0)
        {
            return;
        }

        if (count == 1 || (xStep == run && yStep == run))
        {
            x.Slice(xStart, run * count).CopyTo(y[yStart..]);
            return;
        }

        switch (run)
        {
            case 1:
                Elements<byte>(x, xStart, xStep, y, yStart, yStep, count);
                break;
            case 2:
                Elements<ushort>(x, xStart, xStep, y, yStart, yStep, count);
                break;
            case 4:
                Elements<uint>(x, xStart, xStep, y, yStart, yStep, count);
                break;
            case 8:
                Elements<ulong>(x, xStart, xStep, y, yStart, yStep, count);
                break;
            default:
                for (int i = 0; i < count; i++)
                {
                    x.Slice(xStart + (i * xStep), run).CopyTo(y.Slice(yStart + (i * yStep), run));
                }

                break;
        }
    }

    /// <summary>Repeats an element of 1, 2, 4 or 8 bytes over whole elements of <paramref name="y"/>.</summary>
    public static void Fill(ReadOnlySpan<byte> element, Span<byte> y)
    {
        switch (element.Length)
        {
            case 1:
                y.Fill(element[0]);
                break;
            case 2:
                MemoryMarshal.Cast<byte, ushort>(y).Fill(MemoryMarshal.Read<ushort>(element));
                break;
            case 4:
                MemoryMarshal.Cast<byte, uint>(y).Fill(MemoryMarshal.Read<uint>(element));
                break;
            default:
                MemoryMarshal.Cast<byte, ulong>(y).Fill(MemoryMarshal.Read<ulong>(element));
                break;
        }
    }

    private static void Elements<T>(ReadOnlySpan<byte> x, int xStart, int xStep, Span<byte> y, int yStart, int yStep, int count)
        where T : unmanaged
    {
        // A run need not begin at a multiple of its length: four elements of i8 are one of these.
        for (int i = 0; i < count; i++)
        {
            T run = MemoryMarshal.Read<T>(x[(xStart + (i * xStep))..]);
            MemoryMarshal.Write(y[(yStart + (i * yStep))..], run);
        }
    }
}
