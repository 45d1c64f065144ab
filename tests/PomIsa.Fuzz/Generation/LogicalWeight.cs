using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Kernels;

namespace PomIsa.Fuzz.Generation;

/// <summary>A weight as a program means it, row-major, and as it is stored by chapter 7 of spec/numerics.md.</summary>
/// <param name="Entry">Its declaration, with the digest of what is stored.</param>
/// <param name="Values">Elements row-major; of w8 and w4 one i8 each.</param>
/// <param name="Scales">One for each column of w8 and w4.</param>
/// <param name="Subs">Sub-scales <c>[K/32,N]</c> of w4.</param>
internal sealed record LogicalWeight(WeightEntry Entry, byte[] Values, float[] Scales, byte[] Subs)
{
    /// <summary>The stored tensors, in the order in which the digest covers them.</summary>
    public byte[][] Stored => field ??= Store();

    /// <summary>All stored bytes.</summary>
    public byte[] Bytes => [.. Stored.SelectMany(static s => s)];

    /// <summary>Draws values for a declaration.</summary>
    public static LogicalWeight Draw(Choices choices, WeightEntry entry, Spread spread)
    {
        int count = entry.Shape.Aggregate(1, static (a, b) => a * b);
        if (entry.Element is not (DType.W8 or DType.W4))
        {
            int size = DTypes.SizeOf(entry.Element);
            var values = new byte[count * size];
            for (int i = 0; i < count; i++)
            {
                BitConverter.GetBytes(Spreads.Value(choices, entry.Element, spread)).AsSpan(0, size).CopyTo(values.AsSpan(i * size));
            }

            return Bound(entry, values, [], []);
        }

        bool nibbles = entry.Element == DType.W4;
        var whole = new byte[count];
        for (int i = 0; i < count; i++)
        {
            whole[i] = unchecked((byte)(nibbles ? choices.Between(-8, 7) : choices.Between(-127, 127)));
        }

        int columns = entry.Shape[1];
        float[] scales = [.. Enumerable.Range(0, columns).Select(_ =>
            BitConverter.UInt32BitsToSingle((uint)Spreads.Value(choices, DType.F32, spread)))];
        byte[] subs = nibbles ? [.. Enumerable.Range(0, entry.Shape[0] / 32 * columns).Select(_ => (byte)choices.Between(1, 63))] : [];
        return Bound(entry, whole, scales, subs);
    }

    /// <summary>The same declaration bound to these values.</summary>
    public static LogicalWeight Bound(WeightEntry entry, byte[] values, float[] scales, byte[] subs)
    {
        var weight = new LogicalWeight(entry, values, scales, subs);
        return new LogicalWeight(entry with { Digest = Digest.Of(weight.Bytes) }, values, scales, subs);
    }

    private byte[][] Store()
    {
        if (Entry.Layout == WeightLayout.Rows)
        {
            return [Values];
        }

        int depth = Entry.Shape[0], columns = Entry.Shape[1];
        if (Entry.Element is not (DType.W8 or DType.W4))
        {
            int size = DTypes.SizeOf(Entry.Element);
            var panels = new byte[Values.Length];
            Each((k, n) => Values.AsSpan(((k * columns) + n) * size, size).CopyTo(panels.AsSpan(((((n / 16 * depth) + k) * 16) + (n % 16)) * size)));
            return [panels];
        }

        byte[] scales = MemoryMarshal.AsBytes<float>(Scales).ToArray();
        if (Entry.Element == DType.W8)
        {
            var bytes = new byte[Values.Length];
            Each((k, n) => bytes[(((n / 16 * (depth / 4)) + (k / 4)) * 64) + (n % 16 * 4) + (k % 4)] = Values[(k * columns) + n]);
            return [bytes, scales];
        }

        var nibbles = new byte[Values.Length / 2];
        Each((k, n) => nibbles[(((n / 16 * (depth / 8)) + (k / 8)) * 64) + (n % 16 * 4) + (k % 4)] |=
            (byte)(((sbyte)Values[(k * columns) + n] + 8) << (k % 8 / 4 * 4)));
        var subs = new byte[Subs.Length];
        for (int g = 0; g < depth / 32; g++)
        {
            for (int n = 0; n < columns; n++)
            {
                subs[(((n / 16 * (depth / 32)) + g) * 16) + (n % 16)] = Subs[(g * columns) + n];
            }
        }

        return [nibbles, subs, scales];

        void Each(Action<int, int> place)
        {
            for (int k = 0; k < depth; k++)
            {
                for (int n = 0; n < columns; n++)
                {
                    place(k, n);
                }
            }
        }
    }
}
