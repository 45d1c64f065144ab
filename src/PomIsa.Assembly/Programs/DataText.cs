using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using PomIsa.Assembly.Expressions;
using PomIsa.Isa;
using PomIsa.Kernels;

namespace PomIsa.Assembly.Programs;

/// <summary>Contents of weights that travel inside a module: values in logical order to stored bytes and back.</summary>
internal static class DataText
{
    /// <summary>Values that a listing shows; of a larger weight it shows the stored bytes.</summary>
    private const int Shown = 256;

    private const int PanelColumns = 16;

    /// <summary>Whether source gives a weight of this type value by value; quantized ones it gives as stored bytes.</summary>
    public static bool HasValues(DType element) => DTypes.IsComputed(element);

    /// <summary>The stored bytes of values; false at the first that its type can't hold.</summary>
    /// <param name="entry">A weight whose type has values.</param>
    /// <param name="values">One for each element in row-major order, or one for all.</param>
    /// <param name="bytes">As the layout has them.</param>
    /// <param name="bad">Position of the value that does not fit.</param>
    public static bool TryStore(WeightEntry entry, IReadOnlyList<Value> values, out byte[] bytes, out int bad)
    {
        int size = DTypes.SizeOf(entry.Element), count = Count(entry);
        bytes = new byte[count * size];
        for (bad = 0; bad < values.Count; bad++)
        {
            if (!TryWrite(entry.Element, values[bad], bytes.AsSpan(Place(entry, bad) * size, size)))
            {
                return false;
            }
        }

        for (var i = 1; values.Count == 1 && i < count; i++)
        {
            bytes.AsSpan(0, size).CopyTo(bytes.AsSpan(i * size));
        }

        return true;
    }

    /// <summary>What source writes behind a weight's type, or false where it writes the stored bytes.</summary>
    public static bool TryList(WeightEntry entry, ReadOnlySpan<byte> bytes, out string text)
    {
        text = "";
        if (!HasValues(entry.Element) || entry.Shape.Aggregate(1L, static (a, b) => Math.Min(a * b, int.MaxValue)) is var count && count > Shown)
        {
            return false;
        }

        var size = DTypes.SizeOf(entry.Element);
        if (bytes.Length != count * size || Digest.Of(bytes) != entry.Digest)
        {
            return false;
        }

        var texts = new string[count];
        for (var i = 0; i < count; i++)
        {
            var element = bytes.Slice(Place(entry, i) * size, size);
            texts[i] = Text(entry.Element, element);
            if (!Numbers.TryRead(texts[i], out var value) || !TryWrites(entry.Element, value, element))
            {
                return false;
            }
        }

        text = "= " + (count > 1 && texts.All(one => one == texts[0]) ? texts[0] : string.Join(", ", texts));
        return true;
    }

    /// <summary>Elements of a weight whose size is within limits.</summary>
    public static int Count(WeightEntry entry) => entry.Shape.Aggregate(1, static (a, b) => checked(a * b));

    /// <summary>Where the element at a place of the logical row-major order is stored.</summary>
    private static int Place(WeightEntry entry, int index)
    {
        if (entry.Layout == WeightLayout.Rows)
        {
            return index;
        }

        int depth = entry.Shape[0], columns = entry.Shape[1], k = index / columns, n = index % columns;
        return (((n / PanelColumns * depth) + k) * PanelColumns) + (n % PanelColumns);
    }

    private static bool TryWrites(DType element, Value value, ReadOnlySpan<byte> wanted)
    {
        Span<byte> written = stackalloc byte[sizeof(long)];
        return TryWrite(element, value, written[..wanted.Length]) && written[..wanted.Length].SequenceEqual(wanted);
    }

    private static bool TryWrite(DType element, Value value, Span<byte> to)
    {
        if (element is DType.F32 or DType.F16 or DType.BF16)
        {
            var exact = value.TryAsFloat(out var bits);
            switch (element)
            {
                case DType.F16:
                    BinaryPrimitives.WriteUInt16LittleEndian(to, Narrow(BitConverter.UInt32BitsToSingle(bits), brain: false));
                    break;
                case DType.BF16:
                    BinaryPrimitives.WriteUInt16LittleEndian(to, Narrow(BitConverter.UInt32BitsToSingle(bits), brain: true));
                    break;
                default:
                    BinaryPrimitives.WriteUInt32LittleEndian(to, bits);
                    break;
            }

            return exact;
        }

        if (value.IsFloat)
        {
            return false;
        }

        var (least, most) = element switch
        {
            DType.Bool => (0L, 1L),
            DType.I8 => (sbyte.MinValue, sbyte.MaxValue),
            DType.I32 => (int.MinValue, int.MaxValue),
            DType.I64 => (long.MinValue, long.MaxValue),
            _ => throw new UnreachableException("Quantized weights have no values."),
        };
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, unchecked((long)value.Integer));
        number[..to.Length].CopyTo(to);
        return value.Integer >= least && value.Integer <= most;
    }

    private static ushort Narrow(float value, bool brain)
    {
        ushort narrow = 0;
        if (brain)
        {
            HalfPrecision.ToBF16([value], new Span<ushort>(ref narrow));
        }
        else
        {
            HalfPrecision.ToF16([value], new Span<ushort>(ref narrow));
        }

        return narrow;
    }

    private static string Text(DType element, ReadOnlySpan<byte> bytes) => element switch
    {
        DType.F32 => Numbers.Text(BinaryPrimitives.ReadUInt32LittleEndian(bytes)),
        DType.F16 => Numbers.Text(BitConverter.SingleToUInt32Bits((float)BitConverter.UInt16BitsToHalf(BinaryPrimitives.ReadUInt16LittleEndian(bytes)))),
        DType.BF16 => Numbers.Text((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
        DType.I32 => BinaryPrimitives.ReadInt32LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        DType.I64 => BinaryPrimitives.ReadInt64LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        DType.I8 => ((sbyte)bytes[0]).ToString(CultureInfo.InvariantCulture),
        _ => bytes[0].ToString(CultureInfo.InvariantCulture),
    };
}
