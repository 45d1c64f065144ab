using System.Diagnostics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using PomIsa.Identity.Cells;

namespace PomIsa.Identity.Matrix;

/// <summary>What a cell came to: a report, or why there is none.</summary>
/// <param name="Skipped">Why it can't run here; that is no failure.</param>
/// <param name="Failure">What went wrong.</param>
internal sealed record CellOutcome(CellReport? Report, double Seconds, string? Skipped = null, string? Failure = null);

/// <summary>Runs a cell in a process of its own.</summary>
internal static class CellProcess
{
    private const string Emulator = "qemu-aarch64", Sysroot = "/usr/aarch64-linux-gnu";

    public static CellOutcome Run(Cell cell, MatrixOptions options)
    {
        if (Missing(cell, options) is { } missing)
        {
            return new CellOutcome(null, 0, Skipped: missing);
        }

        ProcessStartInfo start = Command(cell, options);
        foreach (string argument in cell.Arguments.Append(options.Ci ? "ci" : "full"))
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string variable, string value) in cell.Environment)
        {
            start.Environment.Remove(variable);
            if (value.Length > 0)
            {
                start.Environment[variable] = value;
            }
        }

        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} does not start.");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        string? line = output.Split('\n').LastOrDefault(static l => l.StartsWith('{'));
        if (line is null)
        {
            return new CellOutcome(null, seconds, Failure: $"exit code {process.ExitCode}: {FirstLines(errors.Result + output)}");
        }

        CellReport report = CellReport.FromJson(line);
        return new CellOutcome(report, seconds, Failure: report.Refused is null ? null : "refused: " + report.Refused);
    }

    private static string FirstLines(string text) => string.Join('\n', text.Trim().Split('\n').Take(8));

    private static string? Missing(Cell cell, MatrixOptions options) => cell switch
    {
        { IsArm64: true } when options.Arm64 is null => "no Arm64 build (qemu-user and Debian's arm64 libraries are needed)",
        { IsArm64: true } => null,
        _ when !X86Base.IsSupported => "this processor is no x86-64",
        { Compilation: Compilation.ReadyToRun } when options.ReadyToRun is null => "no ReadyToRun build",
        { Isa: InstructionSet.Avx512 } when !Avx512F.IsSupported => "this processor has no AVX-512",
        { Isa: InstructionSet.Avx2 or InstructionSet.Avx2NoVnni } when !Avx2.IsSupported => "this processor has no AVX2",
        _ => null,
    };

    private static ProcessStartInfo Command(Cell cell, MatrixOptions options)
    {
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true };
        if (cell.IsArm64)
        {
            string program = Path.Combine(options.Arm64!, cell.Compilation == Compilation.ReadyToRun ? "ready-to-run" : "jit", "PomIsa.Identity");
            start.FileName = AdvSimd.IsSupported ? program : Emulator;
            string[] arguments = AdvSimd.IsSupported ? [] : ["-L", Sysroot, "-E", "LD_LIBRARY_PATH=" + options.Arm64Libraries, program];
            foreach (string argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }

            return start;
        }

        string folder = cell.Compilation == Compilation.ReadyToRun ? options.ReadyToRun! : AppContext.BaseDirectory;
        start.FileName = Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";
        start.ArgumentList.Add(Path.Combine(folder, "PomIsa.Identity.dll"));
        return start;
    }
}
