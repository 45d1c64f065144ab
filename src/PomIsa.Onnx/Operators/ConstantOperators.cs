using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Values that are known when the model is compiled: constants, and shapes of other values.</summary>
internal static class ConstantOperators
{
    public static (string, Lower)[] All { get; } =
    [
        ("Constant", Constant),
        ("Shape", Shape),
        ("Size", static n => n.Output(0, Val.Of(HostTensor.OfInt64([], n.Input(0).Reg.Length)))),
        ("Identity", static n => n.Output(0, n.Input(0))),
    ];

    private static void Constant(NodeContext n)
    {
        HostTensor value = n.Tensor("value")
            ?? (n.Has("value_float") ? HostTensor.OfFloat([], n.Float("value_float", 0))
            : n.Has("value_int") ? HostTensor.OfInt64([], n.Int("value_int", 0))
            : n.Floats("value_floats") is { } floats && n.Has("value_floats") ? HostTensor.OfFloat([floats.Length], floats)
            : n.Ints("value_ints") is { } ints && n.Has("value_ints") ? HostTensor.OfInt64([ints.Length], ints)
            : throw new OnnxException("this constant holds strings or a sparse tensor, which are not supported"));
        n.Output(0, Val.Of(value));
    }

    private static void Shape(NodeContext n)
    {
        int[] shape = n.Input(0).Shape;
        int start = Clamp(n.Int("start", 0), shape.Length), end = Clamp(n.Int("end", shape.Length), shape.Length);
        long[] dims = [.. shape[start..Math.Max(start, end)]];
        n.Output(0, Val.Of(HostTensor.OfInt64([dims.Length], dims)));
    }

    private static int Clamp(long index, int rank) => (int)Math.Clamp(index < 0 ? index + rank : index, 0, rank);
}
