using System.Globalization;

namespace PomIsa.Identity.Cells;

/// <summary>Instruction sets that a process may use.</summary>
internal enum InstructionSet
{
    /// <summary>All that the processor has, AVX-512 with it.</summary>
    Avx512,

    /// <summary>AVX2 and FMA, no AVX-512.</summary>
    Avx2,

    /// <summary>AVX2 and FMA without the integer dot products of AVX-VNNI.</summary>
    Avx2NoVnni,

    /// <summary>128-bit vectors up to SSE4.2, no fused multiply-add.</summary>
    Vector128,

    /// <summary>No vector instruction that a program can ask for.</summary>
    None,

    /// <summary>AdvSimd on Arm64, with its dot products.</summary>
    Neon,

    /// <summary>AdvSimd without the integer dot products.</summary>
    NeonNoDots,
}

/// <summary>How code comes to be machine code.</summary>
internal enum Compilation
{
    /// <summary>Quickly at first, again in full when it has been called often.</summary>
    Tiered,

    /// <summary>In full at the first call.</summary>
    Full,

    /// <summary>Before the process starts (ReadyToRun), and never again.</summary>
    ReadyToRun,
}

/// <summary>The conditions of one process.</summary>
/// <param name="Batch">Rows of a step that reads a prompt.</param>
internal sealed record Cell(InstructionSet Isa, Compilation Compilation, int Threads, int Batch)
{
    /// <summary>As a table calls it.</summary>
    public string Name => string.Create(
        CultureInfo.InvariantCulture, $"{Isa,-10} {Compilation,-10} {Threads} thread{(Threads == 1 ? " " : "s")} batch {Batch,2}");

    /// <summary>What the runtime has to be told; empty values unset what this process may have inherited.</summary>
    public IEnumerable<(string Variable, string Value)> Environment =>
    [
        ("DOTNET_EnableAVX512", Isa is InstructionSet.Avx2 or InstructionSet.Avx2NoVnni ? "0" : ""),
        ("DOTNET_EnableAVXVNNI", Isa == InstructionSet.Avx2NoVnni ? "0" : ""),
        ("DOTNET_EnableAVX", Isa == InstructionSet.Vector128 ? "0" : ""),
        ("DOTNET_EnableHWIntrinsic", Isa == InstructionSet.None ? "0" : ""),
        ("DOTNET_TieredCompilation", Compilation == Compilation.Tiered ? "" : "0"),
        ("DOTNET_ReadyToRun", ""),
        ("DOTNET_EnableArm64Dp", Isa == InstructionSet.NeonNoDots ? "0" : ""),
        ("DOTNET_EnableWriteXorExecute", IsArm64 ? "0" : ""), // the emulator needs it
    ];

    /// <summary>Runs the Arm64 build.</summary>
    public bool IsArm64 => Isa is InstructionSet.Neon or InstructionSet.NeonNoDots;

    public IEnumerable<string> Arguments =>
    [
        "cell", Isa.ToString(), Compilation.ToString(),
        Threads.ToString(CultureInfo.InvariantCulture), Batch.ToString(CultureInfo.InvariantCulture),
    ];

    /// <exception cref="FormatException">These are not the arguments of a cell.</exception>
    public static Cell Parse(ReadOnlySpan<string> args) =>
        args.Length == 4
            && Enum.TryParse(args[0], out InstructionSet isa)
            && Enum.TryParse(args[1], out Compilation compilation)
            && int.TryParse(args[2], CultureInfo.InvariantCulture, out int threads)
            && int.TryParse(args[3], CultureInfo.InvariantCulture, out int batch)
            ? new Cell(isa, compilation, threads, batch)
            : throw new FormatException("A cell is an instruction set, a compilation, a number of threads and a batch.");
}
