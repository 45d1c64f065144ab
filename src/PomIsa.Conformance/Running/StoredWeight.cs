using System.Text.Json;
using PomIsa.Conformance.Protocol;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Weights;

namespace PomIsa.Conformance.Running;

/// <summary>A weight in its logical order, row-major, with the scales of its columns and, of w4, the sub-scales [K/32, N].</summary>
/// <param name="Values">The numbers.</param>
/// <param name="Scale">f32 for each column of w8 and w4, little-endian.</param>
/// <param name="Sub">One byte for each 32 rows and column of w4.</param>
internal sealed record LogicalWeight(Tensor Values, byte[] Scale, byte[] Sub)
{
    /// <summary>Reads a tensor with <c>scale</c> and <c>sub</c>.</summary>
    public static LogicalWeight Of(JsonElement json)
    {
        Tensor values = Tensor.Of(json);
        int columns = values.Shape.Length == 0 ? 1 : values.Shape[^1];
        bool scaled = values.Element is DType.W8 or DType.W4;
        if (scaled && (values.Shape.Length != 2 || columns == 0))
        {
            throw new RequestException("A quantized weight has two dimensions that are not 0.");
        }

        return new LogicalWeight(
            values,
            scaled ? Tensor.RawOf(json, "scale", sizeof(float), columns) : [],
            values.Element == DType.W4 ? [.. SubScales(json, columns * (values.Shape[0] / 32L))] : []);
    }

    private static IEnumerable<byte> SubScales(JsonElement json, long count)
    {
        int[] sub = json.List("sub", JsonFields.Number);
        return sub.Length == count && sub.All(static u => u <= byte.MaxValue)
            ? sub.Select(static u => (byte)u)
            : throw new RequestException($"'sub' is no list of {count} bytes.");
    }
}

/// <summary>The tensors that a weight is kept as, placed by rule 7 of spec/numerics.md rather than by the machine's own packing.</summary>
internal static class StoredWeight
{
    /// <summary>The stored tensors, one after the other: what a weight's digest covers.</summary>
    public static byte[] Bytes(WeightEntry entry, LogicalWeight weight)
    {
        Tensor values = weight.Values;
        if (values.Element != entry.Element || !values.Shape.AsSpan().SequenceEqual(entry.Shape.AsSpan()))
        {
            throw new RequestException($"The weight '{entry.Name}' is {DTypes.NameOf(entry.Element)}[{string.Join(',', entry.Shape)}].");
        }

        return entry.Layout == WeightLayout.Rows
            ? values.Raw
            : [.. InPanels(values), .. SubInPanels(weight.Sub, entry.Shape[1]), .. weight.Scale];
    }

    /// <summary>A weight whose stored tensors, given one after the other, are kept in memory of their own.</summary>
    public static unsafe BoundWeight Bind(WeightEntry entry, ReadOnlySpan<byte> stored, GuardedMemory memory)
    {
        byte* values = null, scales = null, sub = null;
        int length = 0;
        foreach (StoredTensor tensor in WeightStorage.Of(entry))
        {
            int bytes = (int)WeightStorage.Bytes(tensor);
            byte* place = memory.Keep(stored[..bytes]);
            stored = stored[bytes..];
            switch (tensor.Suffix)
            {
                case WeightStorage.Scale:
                    scales = place;
                    break;
                case WeightStorage.Sub:
                    sub = place;
                    break;
                default:
                    values = place;
                    length = bytes;
                    break;
            }
        }

        return new BoundWeight(entry, values, length, (float*)scales, sub);
    }

    private static byte[] InPanels(Tensor values)
    {
        int size = Tensor.SizeOf(values.Element), columns = values.Shape[1], depth = values.Shape[0];
        var stored = new byte[values.Element == DType.W4 ? values.Raw.Length / 2 : values.Raw.Length];
        for (int at = 0; at < depth * columns; at++)
        {
            int k = at / columns, n = at % columns;
            switch (values.Element)
            {
                case DType.W4:
                    int nibble = (sbyte)values.Raw[at] + 8;
                    stored[(((n / 16 * (depth / 8)) + (k / 8)) * 64) + (n % 16 * 4) + (k % 4)] |= (byte)(nibble << (k % 8 / 4 * 4));
                    break;
                case DType.W8:
                    stored[(((n / 16 * (depth / 4)) + (k / 4)) * 64) + (n % 16 * 4) + (k % 4)] = values.Raw[at];
                    break;
                default:
                    values.Raw.AsSpan(at * size, size).CopyTo(stored.AsSpan(((((n / 16 * depth) + k) * 16) + (n % 16)) * size));
                    break;
            }
        }

        return stored;
    }

    private static byte[] SubInPanels(byte[] sub, int columns)
    {
        var stored = new byte[sub.Length];
        int groups = sub.Length / columns;
        for (int at = 0; at < sub.Length; at++)
        {
            int group = at / columns, n = at % columns;
            stored[(((n / 16 * groups) + group) * 16) + (n % 16)] = sub[at];
        }

        return stored;
    }
}
