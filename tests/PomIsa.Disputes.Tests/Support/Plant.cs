using System.Runtime.InteropServices;
using PomIsa.Machine.Execution;

namespace PomIsa.Disputes.Tests.Support;

/// <summary>A fault in a run: what one instruction puts out is changed as it retires, before anything sees it, and the run goes on with it.</summary>
/// <param name="inner">What observes the run.</param>
/// <param name="sequence">Of the record.</param>
/// <param name="change">Changes it.</param>
internal sealed class Plant(IRetireObserver inner, ulong sequence, Action<OpContext> change) : IRetireObserver
{
    private ulong _sequence;

    public bool WantsSums => true; // what it gives is changed along with them

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        if (++_sequence == sequence)
        {
            change(context);
        }

        return inner.TryRetire(place, context, changes, out refusal);
    }

    /// <summary>Puts other bytes, as a commitment is over them, where an output lies.</summary>
    public static void Write(OpContext context, int output, byte[] bytes)
    {
        if (output < context.Line.Written.Length)
        {
            if (context.Product is { Kind: not 0 } product)
            {
                WriteRows(product.Rows, product.Scales, product.Sums, bytes);
                return;
            }

            bytes.CopyTo(context.View(context.Line.Written[output]).Raw);
        }
        else if (context.Line.Row.CommitsToQuantizedRows)
        {
            WriteRows(context.Rows.Rows, context.Rows.Scales, context.Rows.Integers, bytes, context.Rows.Flip);
        }
        else
        {
            bytes.CopyTo(context.View(context.Line.Row.CommittedOperand).Raw);
        }
    }

    // The views are of the machine's own memory, which a liar may write.
    private static void WriteRows(int rows, ReadOnlySpan<byte> scales, ReadOnlySpan<byte> others, byte[] bytes, byte flip = 0)
    {
        int width = rows == 0 ? 0 : others.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> line = bytes.AsSpan(row * (sizeof(float) + width), sizeof(float) + width);
            line[..sizeof(float)].CopyTo(Writable(scales).Slice(row * sizeof(float), sizeof(float)));
            for (int i = 0; i < width; i++)
            {
                Writable(others)[(row * width) + i] = (byte)(line[sizeof(float) + i] ^ flip);
            }
        }
    }

    private static Span<byte> Writable(ReadOnlySpan<byte> bytes) => MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(bytes), bytes.Length);
}
