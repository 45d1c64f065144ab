using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Disputes.Tests.Support;

/// <summary>What can go wrong as an instruction retires, such that it matters to what comes behind it.</summary>
internal static class Faults
{
    /// <summary>One bit of what it gives: the sign of a register's greatest element, the lowest bit of a number.</summary>
    public static void Output(OpContext c)
    {
        if (c.Line.Written is [var first, ..])
        {
            Output(c, first);
        }
        else if (c.Line.Emits)
        {
            (c.Emitted, c.Response[^1]) = (c.Emitted ^ 1, c.Response[^1] ^ 1);
        }
        else
        {
            c.Stack[c.Depth - 1] ^= 1;
        }
    }

    /// <summary>The highest bit of the last element that it writes.</summary>
    public static void Last(OpContext c)
    {
        if (c.View(c.Line.Written[0]).Raw is [.., _] raw)
        {
            raw[^1] ^= 0x80;
        }
    }

    /// <summary>What it commits to in a claim, and mostly in its record, is not what it computes with.</summary>
    public static void Recorded(OpContext c)
    {
        if (c.Line.Row.CommitsToQuantizedRows)
        {
            Writable(c.Rows.Integers)[0] ^= 1;
        }
        else
        {
            Flip(c.View(c.Line.Row.CommittedOperand));
        }
    }

    /// <summary>The last row of what it appends to a state, or writes there.</summary>
    public static void State(OpContext c)
    {
        Writable(c.State(0).Raw)[^1] ^= 0x80;
    }

    /// <summary>Its first row is another's.</summary>
    public static void Row(OpContext c)
    {
        TensorView y = c.View(c.Line.Written[0]);
        y.Raw[^(y.Bytes / y.First)..].CopyTo(y.Raw);
    }

    private static void Output(OpContext c, int operand)
    {
        TensorView y = c.View(operand);
        if (c.Product is not { Kind: not 0, Rows: > 0, Columns: > 0 } product)
        {
            Flip(y);
            return;
        }

        // A wrong sum, and the result that follows from it.
        Span<int> sums = MemoryMarshal.Cast<byte, int>(Writable(product.Sums));
        int at = Greatest<int>(sums);
        sums[at] = sums[at] == 0 ? 1 : -sums[at];
        LinearW8.Dequantize(sums, MemoryMarshal.Cast<byte, float>(product.Scales), c.Weight(2).Scales, product.Rows, product.Columns, y.F32, 0, Panels.Count(product.Columns));
    }

    // The views are of the machine's own memory, which a liar may write.
    private static Span<byte> Writable(ReadOnlySpan<byte> bytes) => MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(bytes), bytes.Length);

    private static void Flip(TensorView y)
    {
        if (y.Length == 0)
        {
            return;
        }

        if (y.Element == DType.F32)
        {
            Span<float> x = y.F32;
            int at = Greatest<float>(x);
            x[at] = float.IsNaN(x[at]) || x[at] == 0 ? 1 : -x[at];
            return;
        }

        y.Raw[0] ^= 1;
    }

    private static int Greatest<T>(ReadOnlySpan<T> x)
        where T : System.Numerics.INumber<T>
    {
        int at = 0;
        for (int i = 1; i < x.Length; i++)
        {
            at = T.MaxMagnitude(x[i], x[at]) == x[at] ? at : i;
        }

        return at;
    }
}
