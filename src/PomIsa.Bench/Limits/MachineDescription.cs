using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Bench.Limits;

/// <summary>What figures were measured on.</summary>
public static class MachineDescription
{
    private const string Processors = "/proc/cpuinfo";

    /// <summary>One line: processor, its widest instructions as .NET sees them, cores, memory, system, runtime.</summary>
    public static string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"{Model} ({Instructions}), {Environment.ProcessorCount} logical cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20:N0} MiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");

    private static string Model =>
        File.Exists(Processors) && File.ReadLines(Processors).FirstOrDefault(static l => l.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();

    private static string Instructions
    {
        get
        {
            string[] found = [.. Known()];
            return found.Length == 0 ? "no vector instructions" : string.Join(", ", found);
        }
    }

    private static IEnumerable<string> Known()
    {
        if (Avx512F.IsSupported)
        {
            yield return "AVX-512";
        }
        else if (Avx2.IsSupported)
        {
            yield return "AVX2";
        }
        else if (Sse2.IsSupported)
        {
            yield return "SSE";
        }

        if (AvxVnni.IsSupported)
        {
            yield return "AVX-VNNI";
        }

        if (AdvSimd.IsSupported)
        {
            yield return Dp.IsSupported ? "NEON with dot products" : "NEON";
        }
    }
}
