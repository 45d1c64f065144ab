using PomIsa.Onnx.Lowering;

namespace PomIsa.Onnx.Operators;

/// <summary>Operators that only passes make: one for each large opcode that patterns of exporters come down to.</summary>
internal static class FusedOperators
{
    /// <summary>Their domain, which no file may use.</summary>
    public const string Domain = "pomisa";

    public static (string, Lower)[] All { get; } = [];
}
