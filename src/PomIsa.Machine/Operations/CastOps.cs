using System.Numerics;
using System.Runtime.CompilerServices;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>Conversions between element types. What is f32 or shorter on either side goes by way of f32, a chunk at a time.</summary>
internal static class CastOps
{
    private const int Chunk = 512, Block = 1024, Rate = 2;

    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "cast" => Cast,
        _ => null,
    };

    private static FaultCode Cast(OpContext c)
    {
        TensorView y = c.View(0), x = c.View(1);
        Pieces pieces = Sharing.Cut(c, y.Length / Rate, y.Length, Block);
        return c.Share(pieces.Count, new CastWork(pieces, x, y));
    }

    private static bool IsFloat(DType element) => element is DType.F32 or DType.F16 or DType.BF16;

    /// <summary>To f32: exact from 16 bits, rounded once from whole numbers.</summary>
    private static void Load(in TensorView x, Range range, Span<float> values)
    {
        switch (x.Element)
        {
            case DType.F32:
                x.F32[range].CopyTo(values);
                break;
            case DType.F16:
                HalfPrecision.FromF16(x.As<ushort>()[range], values);
                break;
            case DType.BF16:
                HalfPrecision.FromBF16(x.As<ushort>()[range], values);
                break;
            case DType.I8:
                Casts.ToF32<sbyte>(x.As<sbyte>()[range], values);
                break;
            case DType.I32:
                Casts.ToF32<int>(x.I32[range], values);
                break;
            case DType.I64:
                Casts.ToF32<long>(x.I64[range], values);
                break;
            default:
                Casts.BoolToF32(x.Raw[range], values);
                break;
        }
    }

    private static void Store(ReadOnlySpan<float> values, in TensorView y, Range range)
    {
        switch (y.Element)
        {
            case DType.F32:
                values.CopyTo(y.F32[range]);
                Lanes.Canonicalize(y.F32[range]);
                break;
            case DType.F16:
                HalfPrecision.ToF16(values, y.As<ushort>()[range]);
                break;
            case DType.BF16:
                HalfPrecision.ToBF16(values, y.As<ushort>()[range]);
                break;
            case DType.I8:
                Casts.ToNarrow(values, y.As<sbyte>()[range]);
                break;
            case DType.I32:
                Casts.ToNarrow(values, y.I32[range]);
                break;
            case DType.I64:
                Casts.ToI64(values, y.I64[range]);
                break;
            default:
                Casts.ToBool(values, y.Raw[range]);
                break;
        }
    }

    private static void Whole<T>(ReadOnlySpan<T> x, in TensorView y, Range range)
        where T : unmanaged, IBinaryInteger<T>
    {
        switch (y.Element)
        {
            case DType.I8:
                Casts.Wrap(x, y.As<sbyte>()[range]);
                break;
            case DType.I32:
                Casts.Wrap(x, y.I32[range]);
                break;
            case DType.I64:
                Casts.Wrap(x, y.I64[range]);
                break;
            default:
                Casts.ToBool(x, y.Raw[range]);
                break;
        }
    }

    private static void Truth(ReadOnlySpan<byte> x, in TensorView y, Range range)
    {
        switch (y.Element)
        {
            case DType.I8:
                Casts.FromBool(x, y.As<sbyte>()[range]);
                break;
            case DType.I32:
                Casts.FromBool(x, y.I32[range]);
                break;
            case DType.I64:
                Casts.FromBool(x, y.I64[range]);
                break;
            default:
                x.CopyTo(y.Raw[range]);
                break;
        }
    }

    private readonly struct CastWork(Pieces pieces, TensorView x, TensorView y) : IWork
    {
        public void Item(int item, int worker)
        {
            int from = pieces.From(item), to = pieces.To(item);
            if (IsFloat(x.Element) || IsFloat(y.Element))
            {
                Chunks(from, to);
                return;
            }

            Range range = from..to;
            switch (x.Element)
            {
                case DType.I8:
                    Whole<sbyte>(x.As<sbyte>()[range], y, range);
                    break;
                case DType.I32:
                    Whole<int>(x.I32[range], y, range);
                    break;
                case DType.I64:
                    Whole<long>(x.I64[range], y, range);
                    break;
                default:
                    Truth(x.Raw[range], y, range);
                    break;
            }
        }

        [SkipLocalsInit]
        private void Chunks(int from, int to)
        {
            Span<float> values = stackalloc float[Chunk];
            for (int at = from; at < to; at += Chunk)
            {
                Range range = at..Math.Min(at + Chunk, to);
                Span<float> some = values[..(range.End.Value - at)];
                Load(x, range, some);
                Store(some, y, range);
            }
        }
    }
}
