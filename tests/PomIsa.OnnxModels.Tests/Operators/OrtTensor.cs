using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using PomIsa.Onnx.Reading;

namespace PomIsa.OnnxModels.Tests.Operators;

/// <summary>Tensors between ONNX Runtime and the carriers of the machine.</summary>
internal static class OrtTensor
{
    /// <summary>Elements as ONNX's raw_data has them.</summary>
    public static byte[] Raw(HostTensor t) => t.Type switch
    {
        OnnxType.Double => Bytes(t.ToFloat(), static v => (double)v),
        OnnxType.UInt8 or OnnxType.Int8 => Bytes(t.ToInt64(), static v => (byte)v),
        OnnxType.UInt16 or OnnxType.Int16 => Bytes(t.ToInt64(), static v => (ushort)v),
        OnnxType.UInt32 => Bytes(t.ToInt64(), static v => (uint)v),
        _ => t.Bytes,
    };

    public static OrtValue To(HostTensor t)
    {
        long[] shape = [.. t.Shape.Select(static d => (long)d)];
        return t.Type switch
        {
            OnnxType.Float => Value(t.ToFloat(), static v => v, shape),
            OnnxType.Double => Value(t.ToFloat(), static v => (double)v, shape),
            OnnxType.Float16 => OrtValue.CreateTensorValueFromMemory(MemoryMarshal.Cast<byte, Float16>(t.Bytes).ToArray(), shape),
            OnnxType.BFloat16 => OrtValue.CreateTensorValueFromMemory(MemoryMarshal.Cast<byte, BFloat16>(t.Bytes).ToArray(), shape),
            OnnxType.Bool => Value(t.ToInt64(), static v => v != 0, shape),
            OnnxType.UInt8 => Value(t.ToInt64(), static v => (byte)v, shape),
            OnnxType.Int8 => Value(t.ToInt64(), static v => (sbyte)v, shape),
            OnnxType.UInt16 => Value(t.ToInt64(), static v => (ushort)v, shape),
            OnnxType.Int16 => Value(t.ToInt64(), static v => (short)v, shape),
            OnnxType.Int32 => Value(t.ToInt64(), static v => (int)v, shape),
            OnnxType.UInt32 => Value(t.ToInt64(), static v => (uint)v, shape),
            OnnxType.UInt64 => Value(t.ToInt64(), static v => (ulong)v, shape),
            _ => Value(t.ToInt64(), static v => v, shape),
        };
    }

    public static HostTensor From(OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        var type = (OnnxType)(int)info.ElementDataType;
        int[] shape = [.. info.Shape.Select(static d => (int)d)];
        return type switch
        {
            OnnxType.Float => HostTensor.OfFloat([.. shape], value.GetTensorDataAsSpan<float>()),
            OnnxType.Double => new HostTensor(type, [.. shape], Bytes(value.GetTensorDataAsSpan<double>().ToArray(), static v => (float)v)),
            OnnxType.Float16 => new HostTensor(type, [.. shape], MemoryMarshal.AsBytes(value.GetTensorDataAsSpan<Float16>()).ToArray()),
            OnnxType.BFloat16 => new HostTensor(type, [.. shape], MemoryMarshal.AsBytes(value.GetTensorDataAsSpan<BFloat16>()).ToArray()),
            OnnxType.Bool => new HostTensor(type, [.. shape], Bytes(value.GetTensorDataAsSpan<bool>().ToArray(), static v => v ? (byte)1 : (byte)0)),
            OnnxType.UInt8 => Ints(value.GetTensorDataAsSpan<byte>().ToArray(), static v => v),
            OnnxType.Int8 => Ints(value.GetTensorDataAsSpan<sbyte>().ToArray(), static v => v),
            OnnxType.UInt16 => Ints(value.GetTensorDataAsSpan<ushort>().ToArray(), static v => v),
            OnnxType.Int16 => Ints(value.GetTensorDataAsSpan<short>().ToArray(), static v => v),
            OnnxType.Int32 => Ints(value.GetTensorDataAsSpan<int>().ToArray(), static v => v),
            OnnxType.UInt32 => new HostTensor(type, [.. shape], Bytes(value.GetTensorDataAsSpan<uint>().ToArray(), static v => (long)v)),
            OnnxType.UInt64 => new HostTensor(type, [.. shape], MemoryMarshal.AsBytes(value.GetTensorDataAsSpan<ulong>()).ToArray()),
            _ => HostTensor.OfInt64([.. shape], value.GetTensorDataAsSpan<long>()) with { Type = type },
        };

        HostTensor Ints<T>(T[] values, Func<T, int> map) => new(type, [.. shape], Bytes(values, map));
    }

    private static byte[] Bytes<TFrom, TTo>(TFrom[] values, Func<TFrom, TTo> map)
        where TTo : unmanaged => MemoryMarshal.AsBytes(Array.ConvertAll(values, v => map(v)).AsSpan()).ToArray();

    private static OrtValue Value<TFrom, TTo>(TFrom[] values, Func<TFrom, TTo> map, long[] shape)
        where TTo : unmanaged => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, v => map(v)), shape);
}
