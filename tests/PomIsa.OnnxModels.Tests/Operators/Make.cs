using System.Runtime.InteropServices;
using PomIsa.Onnx.Reading;

namespace PomIsa.OnnxModels.Tests.Operators;

/// <summary>Random tensors, the same each time.</summary>
internal sealed class Make(int seed)
{
    private readonly Random _random = new(seed);

    public HostTensor F(params int[] shape) => Floats(OnnxType.Float, shape);

    public HostTensor Floats(OnnxType type, int[] shape, float least = -2, float most = 2)
    {
        float[] values = [.. Enumerable.Range(0, Count(shape)).Select(_ => least + ((most - least) * _random.NextSingle()))];
        return type switch
        {
            OnnxType.Float16 => new HostTensor(type, [.. shape], MemoryMarshal.AsBytes(Array.ConvertAll(values, static v => (Half)v).AsSpan()).ToArray()),
            OnnxType.BFloat16 => new HostTensor(type, [.. shape], MemoryMarshal.AsBytes(Array.ConvertAll(values, static v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)).AsSpan()).ToArray()),
            _ => HostTensor.OfFloat([.. shape], values) with { Type = type },
        };
    }

    public HostTensor I(OnnxType type, int[] shape, long least, long most) =>
        Of(type, shape, [.. Enumerable.Range(0, Count(shape)).Select(_ => _random.NextInt64(least, most + 1))]);

    public HostTensor B(params int[] shape) => I(OnnxType.Bool, shape, 0, 1);

    /// <summary>A number of any type: floats around zero, integers small, without zero where they divide.</summary>
    public HostTensor Any(OnnxType type, int[] shape, bool positive = false) => OnnxTypes.IsFloat(type) ? Floats(type, shape, positive ? 0.25f : -2)
        : type == OnnxType.Bool ? B(shape)
        : I(type, shape, positive ? 1 : OnnxTypes.IsUnsigned(type) ? 0 : -9, 9);

    public static HostTensor L(params long[] values) => HostTensor.OfInt64([values.Length], values);

    public static HostTensor S(long value) => HostTensor.OfInt64([], value);

    public static HostTensor S(float value) => HostTensor.OfFloat([], value);

    public static HostTensor Of(OnnxType type, int[] shape, params long[] values) => OnnxTypes.CarrierOf(type) switch
    {
        Isa.DType.I64 => new HostTensor(type, [.. shape], MemoryMarshal.AsBytes(values.AsSpan()).ToArray()),
        Isa.DType.Bool => new HostTensor(type, [.. shape], [.. values.Select(static v => (byte)v)]),
        _ => new HostTensor(type, [.. shape], [.. values.SelectMany(static v => BitConverter.GetBytes((int)v))]),
    };

    private static int Count(int[] shape) => shape.Aggregate(1, static (a, b) => a * b);
}
