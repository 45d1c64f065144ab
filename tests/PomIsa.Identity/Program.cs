using PomIsa.Identity.Cells;
using PomIsa.Identity.Matrix;
using PomIsa.Identity.Workload;

const string Usage = """
    usage: PomIsa.Identity matrix [--ci] [--jobs N] [--ready-to-run DIR] [--arm64 DIR] [--arm64-libraries DIR]
           PomIsa.Identity cell ISA COMPILATION THREADS BATCH [ci|full]

    tests/identity.sh builds what the matrix needs and calls it.
    """;

switch (args)
{
    case ["cell", .. var cell] when cell.Length is 4 or 5:
        Size size = cell is [.., "full"] ? Size.Full : Size.Ci;
        CellReport report = CellReport.Of(Cell.Parse(cell.AsSpan(0, 4)), Repository.Root, size);
        Console.WriteLine(report.ToJson());
        return report.Refused is null ? 0 : 1;
    case ["matrix", .. var options] when MatrixOptions.Parse(options) is { } parsed:
        return MatrixRun.Run(parsed);
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
