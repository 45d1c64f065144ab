using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Identity.Cells;

/// <summary>The vector instructions that this process may use, as the runtime says.</summary>
internal static class Features
{
    private static readonly (string Name, bool On)[] All =
    [
        ("avx512", Avx512F.IsSupported),
        ("avx2", Avx2.IsSupported),
        ("avx", Avx.IsSupported),
        ("vnni", AvxVnni.IsSupported),
        ("fma", Fma.IsSupported),
        ("sse42", Sse42.IsSupported),
        ("sse2", Sse2.IsSupported),
        ("neon", AdvSimd.IsSupported),
        ("dots", Dp.IsSupported),
        ("vector128", Vector128.IsHardwareAccelerated),
    ];

    /// <summary>Those that are on.</summary>
    public static string On => string.Join(' ', All.Where(static f => f.On).Select(static f => f.Name));

    /// <summary>What contradicts an instruction set here; null if this process is what it says.</summary>
    public static string? Contradiction(InstructionSet isa)
    {
        (string[] on, string[] off) = isa switch
        {
            InstructionSet.Avx512 => (new[] { "avx512", "avx2", "fma" }, new[] { "neon" }),
            InstructionSet.Avx2 => (["avx2", "fma"], ["avx512", "neon"]),
            InstructionSet.Avx2NoVnni => (["avx2", "fma"], ["avx512", "vnni", "neon"]),
            InstructionSet.Vector128 => (["sse42", "vector128"], ["avx512", "avx2", "avx", "vnni", "fma", "neon"]),
            InstructionSet.None => ([], ["avx512", "avx2", "avx", "vnni", "fma", "sse42", "vector128"]),
            InstructionSet.Neon => (["neon", "dots", "vector128"], ["avx512", "avx2", "sse2"]),
            InstructionSet.NeonNoDots => (["neon", "vector128"], ["dots", "avx512", "avx2", "sse2"]),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        string[] wrong =
        [
            .. on.Where(static name => !IsOn(name)).Select(static name => name + " is off"),
            .. off.Where(IsOn).Select(static name => name + " is on"),
        ];
        return wrong.Length == 0 ? null : string.Join(", ", wrong);
    }

    private static bool IsOn(string name) => Array.Exists(All, f => f.Name == name && f.On);
}
