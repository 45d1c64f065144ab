using PomIsa.Onnx.Reading;

namespace PomIsa.OnnxModels.Tests.Operators;

/// <summary>What families of cases share: the element types, their ends, and a case in one line.</summary>
internal static class CaseParts
{
    public static readonly OnnxType[] Reals = [OnnxType.Float, OnnxType.Double, OnnxType.Float16, OnnxType.BFloat16];

    public static readonly OnnxType[] Wholes = [OnnxType.Int8, OnnxType.Int16, OnnxType.Int32, OnnxType.Int64, OnnxType.UInt8, OnnxType.UInt16, OnnxType.UInt32, OnnxType.UInt64];

    public static readonly OnnxType[] Numbers = [.. Reals, .. Wholes];

    public static OperatorCase C(string op, int opset, HostTensor?[] inputs, params (string, object)[] attributes) => new(op, opset, inputs, 1, attributes);

    public static long Least(OnnxType type) => type switch { OnnxType.Int8 => -128, OnnxType.Int16 => short.MinValue, OnnxType.Int32 => int.MinValue, OnnxType.Int64 or OnnxType.UInt64 => long.MinValue + 1, _ => 0 };

    public static long Most(OnnxType type) => type switch { OnnxType.Int8 => 127, OnnxType.UInt8 => 255, OnnxType.Int16 => short.MaxValue, OnnxType.UInt16 => ushort.MaxValue, OnnxType.Int32 => int.MaxValue, OnnxType.UInt32 => uint.MaxValue, _ => long.MaxValue - 1 };
}
