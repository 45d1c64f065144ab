using System.Globalization;
using System.Text.Json;
using PomIsa.Conformance.Protocol;
using PomIsa.Isa;

namespace PomIsa.Conformance.Running;

/// <summary>Elements as a register holds them: row-major, little-endian. Of w8 and w4 the numbers alone, a byte each.</summary>
/// <param name="Element">Element type.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Raw">The elements' bytes.</param>
internal sealed record Tensor(DType Element, int[] Shape, byte[] Raw)
{
    /// <summary>Bytes of a tensor at most; a request that asks for more is refused.</summary>
    public const long MostBytes = 1 << 28;

    public static int SizeOf(DType element) => element is DType.W8 or DType.W4 ? 1 : DTypes.SizeOf(element);

    /// <summary>Its type with all dimensions constant.</summary>
    public TensorType Type => new(Element, [.. Shape.Select(Dim.Of)]);

    /// <summary>The number of elements of a shape.</summary>
    public static long Count(ReadOnlySpan<int> shape)
    {
        long count = 1;
        foreach (int dimension in shape)
        {
            count = Math.Min(count * dimension, int.MaxValue + 1L);
        }

        return count;
    }

    /// <summary>Reads <c>dtype</c>, <c>shape</c> and <c>bits</c>.</summary>
    public static Tensor Of(JsonElement json)
    {
        (DType element, int[] shape) = TypeOf(json);
        return new Tensor(element, shape, RawOf(json, "bits", SizeOf(element), Count(shape)));
    }

    /// <summary>Reads <c>dtype</c> and <c>shape</c>.</summary>
    public static (DType Element, int[] Shape) TypeOf(JsonElement json)
    {
        DType element = ElementOf(json);
        int[] shape = json.List("shape", JsonFields.Number);
        if (shape.Length > Limits.Rank || Count(shape) * SizeOf(element) > MostBytes)
        {
            throw new RequestException($"The tensor {DTypes.NameOf(element)}[{string.Join(',', shape)}] is too large.");
        }

        return (element, shape);
    }

    public static DType ElementOf(JsonElement json) =>
        DTypes.TryParse(json.Text("dtype"), out DType element) ? element : throw new RequestException($"There is no dtype '{json.Text("dtype")}'.");

    /// <summary>Elements of <paramref name="size"/> bytes from a list of hex numbers.</summary>
    /// <param name="count">How many there must be; negative: any number.</param>
    public static byte[] RawOf(JsonElement json, string name, int size, long count)
    {
        ulong[] bits = json.List(name, item => item.Bits(size));
        if (count >= 0 && bits.Length != count)
        {
            throw new RequestException($"'{name}' has {bits.Length} elements; the shape has {count}.");
        }

        var raw = new byte[bits.Length * size];
        for (int i = 0; i < raw.Length; i++)
        {
            raw[i] = (byte)(bits[i / size] >> (8 * (i % size)));
        }

        return raw;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("dtype", DTypes.NameOf(Element));
        json.WriteStartArray("shape");
        foreach (int dimension in Shape)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
        WriteBits(json, "bits", Raw, SizeOf(Element));
        json.WriteEndObject();
    }

    /// <summary>Elements as hex numbers, most significant digit first.</summary>
    public static void WriteBits(Utf8JsonWriter json, string name, ReadOnlySpan<byte> raw, int size)
    {
        json.WriteStartArray(name);
        Span<char> digits = stackalloc char[2 * sizeof(ulong)];
        for (int at = 0; at < raw.Length; at += size)
        {
            ulong bits = 0;
            for (int i = 0; i < size; i++)
            {
                bits |= (ulong)raw[at + i] << (8 * i);
            }

            bits.TryFormat(digits, out _, "x16", CultureInfo.InvariantCulture);
            json.WriteStringValue(digits[^(2 * size)..]);
        }

        json.WriteEndArray();
    }
}
