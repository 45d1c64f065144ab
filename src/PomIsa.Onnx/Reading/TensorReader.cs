using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Reading;

/// <summary>Tensors of a model, wherever their elements lie: in typed fields, in raw bytes, or in a file beside the model.</summary>
/// <param name="folder">Where files beside the model lie; null where none can be read.</param>
/// <param name="model">The model's bytes, in which large tensors were left.</param>
/// <param name="withoutData">Whether a tensor whose file is not there counts as zeros.</param>
internal sealed class TensorReader(string? folder, ModelBytes? model = null, bool withoutData = false)
{
    /// <summary>data_location of a tensor in a file beside the model.</summary>
    public const int External = 1;

    /// <summary>Bytes that are converted at once; a multiple of every element's size.</summary>
    private const int Piece = 1 << 20;

    /// <summary>Bytes of tensors that may have become garbage before they are collected: what one reads is mostly what the last caller has dropped.</summary>
    private const long MostGarbage = 128L << 20;

    private long _read;

    /// <summary>A tensor with its elements in the carrier type.</summary>
    /// <exception cref="OnnxException">Sizes disagree, the type is not supported, or the file beside the model is not to be had.</exception>
    public HostTensor Read(TensorProto tensor)
    {
        var type = (OnnxType)tensor.DataType;
        DType carrier = OnnxTypes.CarrierOf(type);
        ImmutableArray<int> shape = Shape(tensor);
        long count = shape.Aggregate(1L, static (a, b) => a * b), raw = Math.Max(tensor.RawLength, tensor.RawData.Length), length = count * DTypes.SizeOf(carrier);
        if (tensor.DataLocation == External)
        {
            if (withoutData && !ExternalData.IsThere(tensor, folder))
            {
                return new HostTensor(type, shape, new byte[length]);
            }

            (ModelBytes file, long offset) = ExternalData.Open(tensor, folder, RawLength(type, count));
            using (file)
            {
                return new HostTensor(type, shape, Raw(type, file, offset, count));
            }
        }

        if (raw > 0 && raw != RawLength(type, count) && count > 0)
        {
            throw new OnnxException($"tensor '{tensor.Name}' has {raw} bytes, not {RawLength(type, count)}");
        }

        if (tensor.RawLength > 0 && count > 0)
        {
            return new HostTensor(type, shape, Raw(type, model ?? throw new OnnxException($"tensor '{tensor.Name}' is too large for a file of its own"), tensor.RawOffset, count));
        }

        if (raw == 0 && count > 0)
        {
            return new HostTensor(type, shape, Typed(tensor, type, count));
        }

        var bytes = new byte[length];
        Raw(type, tensor.RawData.Span, bytes);
        return new HostTensor(type, shape, bytes);
    }

    /// <summary>A tensor that is read when its elements are needed.</summary>
    /// <exception cref="OnnxException">Its shape is nonsense.</exception>
    public KnownTensor Known(TensorProto tensor) => new((OnnxType)tensor.DataType, Shape(tensor), () => Read(tensor));

    private static ImmutableArray<int> Shape(TensorProto tensor)
    {
        long product = 1, size = DTypes.SizeOf(OnnxTypes.CarrierOf((OnnxType)tensor.DataType));
        foreach (long dim in tensor.Dims)
        {
            if (dim is < 0 or > Limits.Dimension || (product *= Math.Max(dim, 1)) > Limits.TensorBytes || product * size > Array.MaxLength)
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

    /// <summary>Bytes that so many elements take in raw form.</summary>
    public static long RawLength(OnnxType type, long count) => type switch
    {
        OnnxType.Bool => count,
        OnnxType.Float16 or OnnxType.BFloat16 => 2 * count,
        OnnxType.Float => 4 * count,
        OnnxType.Double => 8 * count,
        _ => ((OnnxTypes.IntegerBits(type) * count) + 7) / 8,
    };

    /// <summary>Memory for a tensor. The collector does not know that the large ones before it are mostly garbage by now.</summary>
    private byte[] Room(long length)
    {
        if (length >= Piece && (_read += length) > MostGarbage)
        {
            GC.Collect();
            _read = length;
        }

        return new byte[length];
    }

    /// <summary>Elements in a file to the carrier, a piece at a time where they must be converted.</summary>
    private byte[] Raw(OnnxType type, ModelBytes from, long offset, long count)
    {
        int size = DTypes.SizeOf(OnnxTypes.CarrierOf(type)), bits = (int)RawLength(type, 8);
        long length = RawLength(type, count);
        byte[] to = Room(count * size);
        if (length == to.Length && type != OnnxType.Bool)
        {
            from.Read(offset, to);
            return to;
        }

        var piece = new byte[Math.Min(length, Piece)];
        for (long at = 0; at < length; at += Piece)
        {
            Span<byte> part = piece.AsSpan(0, (int)Math.Min(Piece, length - at));
            from.Read(offset + at, part);
            long first = at * 8 / bits, last = Math.Min(count, (at + part.Length) * 8 / bits);
            Raw(type, part, to.AsSpan((int)(first * size), (int)((last - first) * size)));
        }

        return to;
    }

    /// <summary>Raw little-endian elements to the carrier.</summary>
    public static void Raw(OnnxType type, ReadOnlySpan<byte> raw, Span<byte> to)
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
    private static byte[] Typed(TensorProto tensor, OnnxType type, long count)
    {
        (int have, long want) = type switch
        {
            OnnxType.Float => (tensor.FloatData.Count, count),
            OnnxType.Double => (tensor.DoubleData.Count, count),
            OnnxType.Int64 => (tensor.Int64Data.Count, count),
            OnnxType.UInt32 or OnnxType.UInt64 => (tensor.Uint64Data.Count, count),
            OnnxType.UInt4 or OnnxType.Int4 => (tensor.Int32Data.Count, (count + 1) / 2),
            _ => (tensor.Int32Data.Count, count),
        };
        if (have != want)
        {
            throw new OnnxException(string.Create(CultureInfo.InvariantCulture, $"tensor '{tensor.Name}' has {have} elements, not {want}"));
        }

        var bytes = new byte[count * DTypes.SizeOf(OnnxTypes.CarrierOf(type))];
        Typed(tensor, type, count, bytes);
        return bytes;
    }

    private static void Typed(TensorProto tensor, OnnxType type, long count, Span<byte> to)
    {
        switch (type)
        {
            case OnnxType.Float:
                for (int i = 0; i < count; i++)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(to[(4 * i)..], tensor.FloatData[i]);
                }

                return;
            case OnnxType.Double:
                for (int i = 0; i < count; i++)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(to[(4 * i)..], (float)tensor.DoubleData[i]);
                }

                return;
            case OnnxType.Int64:
                for (int i = 0; i < count; i++)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(to[(8 * i)..], tensor.Int64Data[i]);
                }

                return;
            case OnnxType.UInt32 or OnnxType.UInt64:
                for (int i = 0; i < count; i++)
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(to[(8 * i)..], tensor.Uint64Data[i]);
                }

                return;
            case OnnxType.UInt4 or OnnxType.Int4:
                Raw(type, [.. tensor.Int32Data.Select(static i => (byte)i)], to);
                return;
            default:
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
}
