using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using static PomIsa.Machine.Operations.Zips;

namespace PomIsa.Machine.Operations;

/// <summary>Comparisons and logic. Truth values are bytes.</summary>
internal static class CompareOps
{
    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "veq" => ByType(
            Zip<float, byte>(Comparison.Equal, Comparison.Equal),
            Zip<int, byte>(Comparison.Equal, Comparison.Equal),
            Zip<long, byte>(Comparison.Equal, Comparison.Equal),
            Zip<byte, byte>(Logic.Same, Logic.Same)),
        "vne" => ByType(
            Zip<float, byte>(Comparison.NotEqual, Comparison.NotEqual),
            Zip<int, byte>(Comparison.NotEqual, Comparison.NotEqual),
            Zip<long, byte>(Comparison.NotEqual, Comparison.NotEqual),
            Zip<byte, byte>(Logic.Xor, Logic.Xor)),
        "vlt" => ByType(
            Zip<float, byte>(Comparison.Less, Comparison.Less),
            Zip<int, byte>(Comparison.Less, Comparison.Less),
            Zip<long, byte>(Comparison.Less, Comparison.Less)),
        "vle" => ByType(
            Zip<float, byte>(Comparison.LessOrEqual, Comparison.LessOrEqual),
            Zip<int, byte>(Comparison.LessOrEqual, Comparison.LessOrEqual),
            Zip<long, byte>(Comparison.LessOrEqual, Comparison.LessOrEqual)),
        "vgt" => ByType(
            Zip<float, byte>(Comparison.Greater, Comparison.Greater),
            Zip<int, byte>(Comparison.Greater, Comparison.Greater),
            Zip<long, byte>(Comparison.Greater, Comparison.Greater)),
        "vge" => ByType(
            Zip<float, byte>(Comparison.GreaterOrEqual, Comparison.GreaterOrEqual),
            Zip<int, byte>(Comparison.GreaterOrEqual, Comparison.GreaterOrEqual),
            Zip<long, byte>(Comparison.GreaterOrEqual, Comparison.GreaterOrEqual)),
        "vand" => ByType(
            i32: Zip<int, int>(Logic.And, Logic.And), i64: Zip<long, long>(Logic.And, Logic.And), truth: Zip<byte, byte>(Logic.And, Logic.And)),
        "vor" => ByType(
            i32: Zip<int, int>(Logic.Or, Logic.Or), i64: Zip<long, long>(Logic.Or, Logic.Or), truth: Zip<byte, byte>(Logic.Or, Logic.Or)),
        "vxor" => ByType(
            i32: Zip<int, int>(Logic.Xor, Logic.Xor), i64: Zip<long, long>(Logic.Xor, Logic.Xor), truth: Zip<byte, byte>(Logic.Xor, Logic.Xor)),
        "vnot" => ByType(i32: Map<int>(Logic.Not), i64: Map<long>(Logic.Not), truth: Map<byte>(Logic.Not)),
        _ => null,
    };
}
