using PomIsa.Identity.Cells;
using PomIsa.Identity.Matrix;

namespace PomIsa.Identity.Tests;

public sealed class CellTests
{
    [Fact]
    public void The_matrix_holds_every_condition_and_no_cell_twice()
    {
        Assert.True(CellList.All.Count >= 40);
        foreach (IReadOnlyList<Cell> cells in new[] { CellList.All, CellList.Ci })
        {
            Assert.Equal(cells.Count, cells.Distinct().Count());
            Assert.Equal(Enum.GetValues<InstructionSet>(), cells.Select(static c => c.Isa).Distinct().Order());
            Assert.Equal(Enum.GetValues<Compilation>(), cells.Select(static c => c.Compilation).Distinct().Order());
            Assert.Equal([1, 2, 3, 8], cells.Select(static c => c.Threads).Distinct().Order());
            Assert.Equal([1, 7, 64], cells.Select(static c => c.Batch).Distinct().Order());
        }
    }

    [Fact]
    public void A_cell_is_read_from_its_arguments() =>
        Assert.All(CellList.All, static cell => Assert.Equal(cell, Cell.Parse(cell.Arguments.Skip(1).ToArray())));

    [Fact]
    public void A_process_is_at_most_one_of_the_instruction_sets_that_exclude_each_other()
    {
        InstructionSet[] apart = [InstructionSet.Avx512, InstructionSet.Avx2, InstructionSet.Vector128, InstructionSet.None, InstructionSet.Neon, InstructionSet.NeonNoDots];
        Assert.Single(apart, static isa => Features.Contradiction(isa) is null);
    }

    [Fact]
    public void What_was_observed_fits_one_way_of_compiling_only()
    {
        var tiered = new CompilationProof(Precompiled: false, Recompiled: true, ImageIsReadyToRun: false);
        var full = new CompilationProof(Precompiled: false, Recompiled: false, ImageIsReadyToRun: false);
        var ready = new CompilationProof(Precompiled: true, Recompiled: false, ImageIsReadyToRun: true);
        foreach ((CompilationProof proof, Compilation its) in new[] { (tiered, Compilation.Tiered), (full, Compilation.Full), (ready, Compilation.ReadyToRun) })
        {
            Assert.All(Enum.GetValues<Compilation>(), c => Assert.Equal(c == its, proof.Contradiction(c) is null));
        }

        Assert.NotNull((ready with { ImageIsReadyToRun = false }).Contradiction(Compilation.ReadyToRun));
    }
}
