using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Isa;

namespace PomIsa.Onnx.Reading;

/// <summary>A tensor whose values are known when a model is compiled.</summary>
/// <param name="Type">Element type in the model.</param>
/// <param name="Shape">Dimensions, outermost first.</param>
/// <param name="Bytes">Elements of the carrier type (<see cref="OnnxTypes.CarrierOf"/>), row-major, little-endian.</param>
public sealed record HostTensor(OnnxType Type, ImmutableArray<int> Shape, byte[] Bytes)
{
    /// <summary>The machine's type.</summary>
    public DType Carrier => OnnxTypes.CarrierOf(Type);

    /// <summary>Number of elements.</summary>
    public int Length => Bytes.Length / DTypes.SizeOf(Carrier);

    /// <summary>A tensor from its elements as ONNX stores them raw: little-endian, 4-bit ones two to a byte.</summary>
    /// <exception cref="InvalidDataException">Another number of bytes, or a type that no program carries.</exception>
    public static HostTensor OfRaw(OnnxType type, ImmutableArray<int> shape, ReadOnlySpan<byte> raw)
    {
        try
        {
            long count = shape.Aggregate(1L, static (a, b) => a * b);
            var bytes = new byte[count * DTypes.SizeOf(OnnxTypes.CarrierOf(type))];
            if (raw.Length != TensorReader.RawLength(type, count))
            {
                throw new OnnxException($"{raw.Length} bytes are no {OnnxTypes.NameOf(type)}[{string.Join(",", shape)}]");
            }

            TensorReader.Raw(type, raw, bytes);
            return new HostTensor(type, shape, bytes);
        }
        catch (OnnxException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>A tensor of 64-bit integers.</summary>
    public static HostTensor OfInt64(ImmutableArray<int> shape, params ReadOnlySpan<long> values) =>
        new(OnnxType.Int64, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A tensor of any integer type, or of bool.</summary>
    public static HostTensor OfIntegers(OnnxType type, ImmutableArray<int> shape, params ReadOnlySpan<long> values)
    {
        DType carrier = OnnxTypes.CarrierOf(type);
        var bytes = new byte[values.Length * DTypes.SizeOf(carrier)];
        for (int i = 0; i < values.Length; i++)
        {
            switch (carrier)
            {
                case DType.I64:
                    BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
                    break;
                case DType.I32:
                    BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), (int)values[i]);
                    break;
                default:
                    bytes[i] = values[i] != 0 ? (byte)1 : (byte)0;
                    break;
            }
        }

        return new HostTensor(type, shape, bytes);
    }

    /// <summary>A tensor of f32.</summary>
    public static HostTensor OfFloat(ImmutableArray<int> shape, params ReadOnlySpan<float> values) =>
        new(OnnxType.Float, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Elements of an integer or boolean tensor.</summary>
    public long[] ToInt64() => Carrier switch
    {
        DType.I64 => MemoryMarshal.Cast<byte, long>(Bytes).ToArray(),
        DType.I32 => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(Bytes).ToArray(), static i => (long)i),
        DType.Bool => Array.ConvertAll(Bytes, static b => (long)b),
        _ => throw new OnnxException($"whole numbers are needed here, not {OnnxTypes.NameOf(Type)}"),
    };

    /// <summary>Elements of a floating-point tensor.</summary>
    public float[] ToFloat() => Carrier switch
    {
        DType.F32 => MemoryMarshal.Cast<byte, float>(Bytes).ToArray(),
        DType.F16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(Bytes).ToArray(), static h => (float)h),
        DType.BF16 => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(Bytes).ToArray(), static b => BitConverter.UInt32BitsToSingle((uint)b << 16)),
        _ => Array.ConvertAll(ToInt64(), static i => (float)i),
    };
}
