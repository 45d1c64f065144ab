using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Reading;

/// <summary>Tensors of a model, wherever their elements lie: in typed fields, in raw bytes, or in a file beside the model.</summary>
internal sealed class TensorReader(string? folder)
{
    private const int External = 1;

    /// <summary>A tensor with its elements in the carrier type.</summary>
    /// <exception cref="OnnxException">Sizes disagree, the type is not supported, or the file beside the model is not to be had.</exception>
    public HostTensor Read(TensorProto tensor)
    {
        var type = (OnnxType)tensor.DataType;
        DType carrier = OnnxTypes.CarrierOf(type);
        ImmutableArray<int> shape = Shape(tensor);
        long count = shape.Aggregate(1L, static (a, b) => a * b);
        var bytes = new byte[count * DTypes.SizeOf(carrier)];
        if (tensor.DataLocation == External)
        {
            Raw(type, ExternalData.Read(tensor, folder, RawLength(type, count)), bytes);
        }
        else if (tensor.RawData.Length > 0 || count == 0)
        {
            if (tensor.RawData.Length != RawLength(type, count) && count > 0)
            {
                throw new OnnxException($"tensor '{tensor.Name}' has {tensor.RawData.Length} bytes, not {RawLength(type, count)}");
            }

            Raw(type, tensor.RawData.Span, bytes);
        }
        else
        {
            Typed(tensor, type, count, bytes);
        }

        return new HostTensor(type, shape, bytes);
    }

    /// <summary>A tensor that is read when its elements are needed.</summary>
    /// <exception cref="OnnxException">Its shape is nonsense.</exception>
    public KnownTensor Known(TensorProto tensor) => new((OnnxType)tensor.DataType, Shape(tensor), () => Read(tensor));

    private static ImmutableArray<int> Shape(TensorProto tensor)
    {
        long product = 1;
        foreach (long dim in tensor.Dims)
        {
            if (dim is < 0 or > Limits.Dimension || (product *= Math.Max(dim, 1)) > Limits.TensorBytes)
            {
                throw new OnnxException($"tensor '{tensor.Name}' is too large: [{string.Join(",", tensor.Dims)}]");
            }
        }

        if (tensor.Dims.Count > Limits.Rank)
        {
            throw new OnnxException($"tensor '{tensor.Name}' has more than {Limits.Rank} dimensions");
        }

        return [.. tensor.Dims.Select(static d => (int)d)];
    }

    private static long RawLength(OnnxType type, long count) => type switch
    {
        OnnxType.Bool => count,
        OnnxType.Float16 or OnnxType.BFloat16 => 2 * count,
        OnnxType.Float => 4 * count,
        OnnxType.Double => 8 * count,
        _ => ((OnnxTypes.IntegerBits(type) * count) + 7) / 8,
    };

    /// <summary>Raw little-endian elements to the carrier.</summary>
    private static void Raw(OnnxType type, ReadOnlySpan<byte> raw, Span<byte> to)
    {
        switch (type)
        {
            case OnnxType.Float or OnnxType.Float16 or OnnxType.BFloat16 or OnnxType.Int32 or OnnxType.Int64 or OnnxType.UInt64:
                raw[..to.Length].CopyTo(to);
                return;
            case OnnxType.Bool:
                for (int i = 0; i < to.Length; i++)
                {
                    to[i] = raw[i] == 0 ? (byte)0 : (byte)1;
                }

                return;
            case OnnxType.Double:
                Span<float> floats = MemoryMarshal.Cast<byte, float>(to);
                for (int i = 0; i < floats.Length; i++)
                {
                    floats[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(raw[(8 * i)..]);
                }

                return;
            case OnnxType.UInt32:
                Span<long> longs = MemoryMarshal.Cast<byte, long>(to);
                for (int i = 0; i < longs.Length; i++)
                {
                    longs[i] = BinaryPrimitives.ReadUInt32LittleEndian(raw[(4 * i)..]);
                }

                return;
            default:
                Span<int> ints = MemoryMarshal.Cast<byte, int>(to);
                for (int i = 0; i < ints.Length; i++)
                {
                    ints[i] = type switch
                    {
                        OnnxType.UInt8 => raw[i],
                        OnnxType.Int8 => (sbyte)raw[i],
                        OnnxType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(raw[(2 * i)..]),
                        OnnxType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(raw[(2 * i)..]),
                        OnnxType.UInt4 => (raw[i / 2] >> (4 * (i % 2))) & 0xf,
                        _ => (sbyte)(byte)(raw[i / 2] << (4 * (1 - (i % 2)))) >> 4, // the low nibble is the first
                    };
                }

                return;
        }
    }

    /// <summary>Elements of the typed fields: one to an entry, but for 4-bit ones.</summary>
    private static void Typed(TensorProto tensor, OnnxType type, long count, Span<byte> to)
    {
        switch (type)
        {
            case OnnxType.Float:
                Expect(tensor, tensor.FloatData.Count, count);
                for (int i = 0; i < count; i++)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(to[(4 * i)..], tensor.FloatData[i]);
                }

                return;
            case OnnxType.Double:
                Expect(tensor, tensor.DoubleData.Count, count);
                for (int i = 0; i < count; i++)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(to[(4 * i)..], (float)tensor.DoubleData[i]);
                }

                return;
            case OnnxType.Int64:
                Expect(tensor, tensor.Int64Data.Count, count);
                for (int i = 0; i < count; i++)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(to[(8 * i)..], tensor.Int64Data[i]);
                }

                return;
            case OnnxType.UInt32 or OnnxType.UInt64:
                Expect(tensor, tensor.Uint64Data.Count, count);
                for (int i = 0; i < count; i++)
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(to[(8 * i)..], tensor.Uint64Data[i]);
                }

                return;
            case OnnxType.UInt4 or OnnxType.Int4:
                Expect(tensor, tensor.Int32Data.Count, (count + 1) / 2);
                Raw(type, [.. tensor.Int32Data.Select(static i => (byte)i)], to);
                return;
            default:
                Expect(tensor, tensor.Int32Data.Count, count);
                int size = DTypes.SizeOf(OnnxTypes.CarrierOf(type));
                Span<byte> four = stackalloc byte[4];
                for (int i = 0; i < count; i++)
                {
                    int value = tensor.Int32Data[i];
                    BinaryPrimitives.WriteInt32LittleEndian(four, type == OnnxType.Bool ? Math.Sign(Math.Abs((long)value)) : value);
                    four[..size].CopyTo(to[(size * i)..]);
                }

                return;
        }
    }

    private static void Expect(TensorProto tensor, long have, long want)
    {
        if (have != want)
        {
            throw new OnnxException(string.Create(CultureInfo.InvariantCulture, $"tensor '{tensor.Name}' has {have} elements, not {want}"));
        }
    }
}
