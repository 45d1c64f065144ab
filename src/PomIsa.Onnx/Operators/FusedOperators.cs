using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Operators;

/// <summary>Operators that only passes make: one for each large opcode that patterns of exporters come down to.</summary>
/// <remarks>They compute in f32 and round to the model's type once, at their end.</remarks>
internal static class FusedOperators
{
    /// <summary>Their domain, which no file may use.</summary>
    public const string Domain = "pomisa";

    public static (string, Lower)[] All { get; } =
    [
        Named("RmsNorm", RmsNorm),
        Named("LayerNorm", LayerNorm),
        Named("Gelu", Function("gelu")),
        Named("GeluTanh", Function("gelu.tanh")),
        Named("Silu", Function("silu")),
        Named("Softplus", Function("softplus")),
        Named("SwiGlu", static n => n.Output(0, n.E.As(n.E.Emit("swiglu", [n.E.F32(n.Input(0)), n.E.F32(n.Input(1))]), n.Input(0).Type))),
        .. FusedMatrices.All,
        .. FusedDecoders.All,
    ];

    private static (string, Lower) Named(string name, Lower lower) => ($"{Domain}.{name}", lower);

    private static Lower Function(string mnemonic) => n => n.Output(0, n.E.As(n.E.Emit(mnemonic, [n.E.F32(n.Input(0))]), n.Input(0).Type));

    /// <summary>Inputs x [.., D] and w [D]; without w it is all ones.</summary>
    private static void RmsNorm(NodeContext n)
    {
        Reg x = n.E.F32(n.Input(0));
        n.Output(0, n.E.As(NormOperators.Rms(n.E, x, Vector(n, 1, x, 1), n.Float("epsilon", 0)), Type(n)));
    }

    /// <summary>Inputs x [.., D], w [D] and b [D]; without w it is all ones, without b zeros.</summary>
    private static void LayerNorm(NodeContext n)
    {
        Reg x = n.E.F32(n.Input(0));
        n.Output(0, n.E.As(NormOperators.Layer(n.E, x, Vector(n, 1, x, 1), Vector(n, 2, x, 0), n.Float("epsilon", 0)), Type(n)));
    }

    private static Reg Vector(NodeContext n, int index, Reg x, float otherwise) =>
        n.Optional(index) is { } given ? n.E.F32(given) : Emitter.Filled(Isa.DType.F32, [x.Shape[^1]], otherwise);

    /// <summary>The type that the result is rounded to.</summary>
    private static OnnxType Type(NodeContext n) => n.Int("to", 0) is not 0 and var type ? (OnnxType)type : n.Input(0).Type;
}
