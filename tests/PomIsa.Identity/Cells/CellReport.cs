using System.Runtime;
using System.Runtime.InteropServices;
using System.Text.Json;
using PomIsa.Identity.Workload;
using PomIsa.Kernels;

namespace PomIsa.Identity.Cells;

/// <summary>What one process says of itself: what is on, how it compiles, and what came of the workload.</summary>
/// <param name="Refused">What contradicts the cell; null if the process is what the cell says.</param>
/// <param name="Compiled">Methods that were compiled while the workload ran.</param>
internal sealed record CellReport(
    string Architecture, string Features, CompilationProof Proof, string? Refused, long Compiled, IReadOnlyList<PartResult> Parts)
{
    /// <summary>Proves that this process is what the cell says; then runs the workload, or refuses.</summary>
    public static CellReport Of(Cell cell, string root, Size size)
    {
        // Where it is expected, the second compilation may take its time on an emulated or busy processor.
        CompilationProof proof = CompilationProof.Observe(cell.Compilation == Compilation.Tiered ? 3000 : 100);
        string? refused = Identity.Cells.Features.Contradiction(cell.Isa) ?? proof.Contradiction(cell.Compilation);
        long before = JitInfo.GetCompiledMethodCount();
        IReadOnlyList<PartResult> parts = [];
        if (refused is null)
        {
            using var pool = new WorkerPool(cell.Threads);
            parts = Workload.Parts.Run(new Conditions(pool, cell.Batch, root, size));
        }

        return new CellReport(
            RuntimeInformation.ProcessArchitecture.ToString(), Identity.Cells.Features.On, proof, refused, JitInfo.GetCompiledMethodCount() - before, parts);
    }

    public string ToJson() => JsonSerializer.Serialize(this);

    public static CellReport FromJson(string json) => JsonSerializer.Deserialize<CellReport>(json) ?? throw new JsonException();
}
