using System.Collections.Concurrent;
using System.Globalization;
using PomIsa.Identity.Cells;
using PomIsa.Identity.Workload;

namespace PomIsa.Identity.Matrix;

/// <summary>Runs the cells one after the other and compares every part's digest with that of the first cell.</summary>
internal static class MatrixRun
{
    public static int Run(MatrixOptions options)
    {
        IReadOnlyList<Cell> cells = options.Ci ? CellList.Ci : CellList.All;
        IReadOnlyList<PartResult>? first = null;
        (int ran, int mismatches, int failures, ulong retires) = (0, 0, 0, 0);
        Console.WriteLine($"{"instructions compiled   threads   batch",-42} {"digest",-16} {"retires",10} {"seconds",8}  proved");
        foreach ((Cell cell, CellOutcome outcome) in InOrder(cells, options))
        {
            if (outcome.Skipped is { } skipped)
            {
                Console.WriteLine($"{cell.Name,-42} skipped: {skipped}");
                continue;
            }

            if (outcome.Failure is { } failure)
            {
                Console.WriteLine($"{cell.Name,-42} FAILED: {failure}");
                failures++;
                continue;
            }

            CellReport report = outcome.Report!;
            ulong count = report.Parts.Aggregate(0UL, static (sum, part) => sum + part.Retires);
            (ran, retires) = (ran + 1, retires + count);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{cell.Name,-42} {Of(report.Parts)[..16]} {count,10:N0} {outcome.Seconds,8:F1}  {Proved(cell, report)}"));
            first ??= report.Parts;
            string[] differing = [.. report.Parts.Zip(first).Where(static p => p.First.Digest != p.Second.Digest).Select(static p => p.First.Name)];
            if (differing.Length > 0)
            {
                mismatches++;
                Console.WriteLine($"{"",-42} DIFFERS in {string.Join(", ", differing)}");
            }
        }

        foreach (PartResult part in first ?? [])
        {
            Console.WriteLine($"{part.Name,-14} {part.Digest}");
        }

        if (failures > 0)
        {
            Console.WriteLine($"{failures} cells failed");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ran} cells, {mismatches} mismatches, {retires} retires"));
        return mismatches == 0 && failures == 0 && ran > 0 ? 0 : 1;
    }

    /// <summary>Outcomes in the order of the cells, so many of which run at a time.</summary>
    private static ParallelQuery<(Cell Cell, CellOutcome Outcome)> InOrder(IReadOnlyList<Cell> cells, MatrixOptions options) => Partitioner
        .Create(cells, EnumerablePartitionerOptions.NoBuffering).AsParallel().AsOrdered().WithDegreeOfParallelism(options.Jobs).WithMergeOptions(ParallelMergeOptions.NotBuffered)
        .Select(cell => (Cell: cell, Outcome: CellProcess.Run(cell, options)));

    /// <summary>One digest of all parts'.</summary>
    private static string Of(IReadOnlyList<PartResult> parts) =>
        Digest.Of(System.Text.Encoding.ASCII.GetBytes(string.Concat(parts.Select(static p => p.Name + p.Digest)))).ToString();

    private static string Proved(Cell cell, CellReport report)
    {
        string compiled = cell.Compilation switch
        {
            Compilation.Tiered => "compiled again",
            Compilation.Full => "compiled once",
            Compilation.ReadyToRun => "precompiled",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{report.Architecture} [{report.Features}] {compiled}, {report.Compiled} methods by the JIT");
    }
}
