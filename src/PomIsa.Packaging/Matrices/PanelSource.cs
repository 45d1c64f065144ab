using System.Runtime.InteropServices;
using PomIsa.Isa;

namespace PomIsa.Packaging.Matrices;

/// <summary>Gives a matrix panel by panel: 16 columns, <c>values[16k + lane] = W[k, 16·panel + lane]</c>. Columns beyond the last are zero already.</summary>
/// <remarks>Called by several threads at once, for different panels.</remarks>
public delegate void PanelSource(int panel, Span<float> values);

/// <summary>Reads columns of a matrix: <c>values[(n - first) · K + k] = W[k, n]</c>. Called by several threads at once.</summary>
public delegate void ReadColumns(int first, int count, Span<float> values);

/// <summary>Matrices as files have them.</summary>
public static class PanelSources
{
    private const int Lanes = 16;

    /// <summary>A matrix that is read by columns, as rows of PyTorch's <c>[N,K]</c>.</summary>
    public static PanelSource OfReader(ReadColumns read, int depth, int columns) => (panel, values) =>
    {
        int from = panel * Lanes, count = Math.Min(Lanes, columns - from);
        var turned = new float[count * depth];
        read(from, count, turned);
        for (int lane = 0; lane < count; lane++)
        {
            ReadOnlySpan<float> column = turned.AsSpan(lane * depth, depth);
            for (int k = 0; k < depth; k++)
            {
                values[(k * Lanes) + lane] = column[k];
            }
        }
    };

    /// <summary>A matrix <c>[K,N]</c>, row-major; f32, f16 or bf16.</summary>
    /// <exception cref="ArgumentException">Another type, or another length.</exception>
    public static PanelSource OfRows(ReadOnlyMemory<byte> bytes, DType element, int depth, int columns)
    {
        Check(bytes, element, depth, columns);
        return (panel, values) =>
        {
            int from = panel * Lanes, count = Math.Min(Lanes, columns - from), size = DTypes.SizeOf(element);
            for (int k = 0; k < depth; k++)
            {
                long at = ((long)k * columns) + from;
                Widen(bytes.Span.Slice(checked((int)(at * size)), count * size), element, values.Slice(k * Lanes, count));
            }
        };
    }

    /// <summary>The same matrix the other way round, <c>[N,K]</c>, as PyTorch keeps linear layers and embeddings.</summary>
    /// <exception cref="ArgumentException">Another type, or another length.</exception>
    public static PanelSource OfColumns(ReadOnlyMemory<byte> bytes, DType element, int depth, int columns)
    {
        Check(bytes, element, depth, columns);
        int size = DTypes.SizeOf(element);
        return OfReader(
            (first, count, values) => Widen(bytes.Span.Slice(checked((int)((long)first * depth * size)), checked(count * depth * size)), element, values), depth, columns);
    }

    private static void Check(ReadOnlyMemory<byte> bytes, DType element, int depth, int columns)
    {
        if (element is not (DType.F32 or DType.F16 or DType.BF16) || bytes.Length != (long)depth * columns * DTypes.SizeOf(element))
        {
            throw new ArgumentException($"{bytes.Length} bytes are no {DTypes.NameOf(element)}[{depth},{columns}].", nameof(bytes));
        }
    }

    /// <summary>To f32, exactly.</summary>
    private static void Widen(ReadOnlySpan<byte> from, DType element, Span<float> to)
    {
        switch (element)
        {
            case DType.F32:
                MemoryMarshal.Cast<byte, float>(from).CopyTo(to);
                return;
            case DType.F16:
                ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(from);
                for (int i = 0; i < to.Length; i++)
                {
                    to[i] = (float)halves[i];
                }

                return;
            default:
                ReadOnlySpan<ushort> bits = MemoryMarshal.Cast<byte, ushort>(from);
                for (int i = 0; i < to.Length; i++)
                {
                    to[i] = BitConverter.UInt32BitsToSingle((uint)bits[i] << 16);
                }

                return;
        }
    }
}
