using PomIsa.Identity.Cells;
using static PomIsa.Identity.Cells.Compilation;
using static PomIsa.Identity.Cells.InstructionSet;

namespace PomIsa.Identity.Matrix;

/// <summary>The cells, the one that all others are compared with first.</summary>
internal static class CellList
{
    /// <summary>Pairs of threads and batch that hold every value of both.</summary>
    private static readonly (int Threads, int Batch)[] Pairs = [(1, 1), (2, 7), (3, 64), (8, 7)];

    /// <summary>Every change: each instruction set, each way of compiling, each number of threads, each batch, and Arm64.</summary>
    public static IReadOnlyList<Cell> Ci { get; } =
    [
        new(Avx512, Tiered, 1, 1),
        new(Avx512, Full, 8, 64),
        new(Avx512, ReadyToRun, 2, 7),
        new(Avx2, Tiered, 2, 64),
        new(Avx2NoVnni, Full, 3, 7),
        new(Vector128, ReadyToRun, 2, 1),
        new(None, Full, 2, 7),
        new(Neon, Tiered, 2, 64),
        new(NeonNoDots, ReadyToRun, 1, 7),
    ];

    /// <summary>Every instruction set with every way of compiling under each pair, and all threads with all batches for the widest; fewer where all is slow.</summary>
    public static IReadOnlyList<Cell> All { get; } =
    [
        .. Cross([Avx512], [Tiered], from threads in new[] { 1, 2, 3, 8 } from batch in new[] { 1, 7, 64 } select (threads, batch)),
        .. Cross([Avx512], [Full, ReadyToRun], Pairs),
        .. Cross([Avx2, Vector128], [Tiered, Full, ReadyToRun], Pairs),
        .. Cross([Avx2NoVnni], [Tiered, Full], Pairs[1..3]),

        // Not precompiled: with intrinsics off, code is compiled at its first call all the same.
        .. Cross([None], [Tiered, Full], Pairs[1..3]),
        .. Cross([Neon], [Tiered, Full, ReadyToRun], Pairs[..3]),
        .. Cross([NeonNoDots], [Full, ReadyToRun], Pairs[1..2]),
    ];

    private static IEnumerable<Cell> Cross(InstructionSet[] sets, Compilation[] compilations, IEnumerable<(int Threads, int Batch)> pairs) =>
        from isa in sets
        from compilation in compilations
        from pair in pairs
        select new Cell(isa, compilation, pair.Threads, pair.Batch);
}
