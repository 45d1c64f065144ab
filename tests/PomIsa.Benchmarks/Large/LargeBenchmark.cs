using System.Diagnostics;
using System.Globalization;

namespace PomIsa.Benchmarks.Large;

/// <summary>How much memory and time it takes to compile a large model, in a process of its own.</summary>
internal static class LargeBenchmark
{
    private const int Least = 600, Usual = 1984;

    public static int Run(string[] arguments)
    {
        int mebibytes = arguments.Length > 0 && int.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? Math.Clamp(given, Least, 2040) : Usual;
        string[] kinds = arguments.Length > 1 ? arguments[1].Split(',') : ["f32", "w8", "w4"];
        string folder = Directory.CreateTempSubdirectory("pomisa-large").FullName;
        try
        {
            var model = new LargeModel(mebibytes);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"matrices of {model.Bytes >> 20} MiB, the largest {model.Largest >> 20} MiB; peak memory of the compiling process as Linux counts it"));
            Console.WriteLine("elements         weights   seconds   peak MiB   of the largest");
            foreach (bool external in (bool[])[false, true])
            {
                string path = model.Write(Path.Combine(folder, external ? "external" : "inside"), external);
                foreach (string kind in kinds)
                {
                    long start = Stopwatch.GetTimestamp();
                    (int code, long peak) = Compile(path, Path.Combine(folder, "out"), kind, folder);
                    double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                    Console.WriteLine(code != 0 ? $"failed with {code}" : string.Create(
                        CultureInfo.InvariantCulture, $"{(external ? "beside the file" : "in the file"),-15}  {kind,-7}  {seconds,8:F1}  {peak >> 20,9}  {(double)peak / model.Largest,15:F2}"));
                }

                Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (int Code, long Peak) Compile(string path, string output, string kind, string folder)
    {
        string dll = Path.Combine(AppContext.BaseDirectory, "pomisa.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [dll, "compile", path, "-o", output, "--weights", kind, "--json"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        })!;
        _ = process.StandardOutput.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(20))
        {
            peak = Math.Max(peak, Peak(process.Id));
        }

        return (process.ExitCode, peak);
    }

    /// <summary>The greatest resident memory so far, in bytes; 0 once the process has gone.</summary>
    private static long Peak(int process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(static l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
