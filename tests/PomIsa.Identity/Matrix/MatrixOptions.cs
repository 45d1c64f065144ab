namespace PomIsa.Identity.Matrix;

/// <summary>Where the builds lie that cells run.</summary>
/// <param name="Ci">The subset that runs on every change.</param>
/// <param name="Jobs">Cells at a time.</param>
/// <param name="ReadyToRun">This program published with ReadyToRun; null: those cells are skipped.</param>
/// <param name="Arm64">Published for linux-arm64, self-contained; null: those cells are skipped.</param>
/// <param name="Arm64Libraries">Folder of libssl.so.3 and libcrypto.so.3 for Arm64.</param>
internal sealed record MatrixOptions(bool Ci, int Jobs, string? ReadyToRun, string? Arm64, string? Arm64Libraries)
{
    /// <summary>Null where the arguments can't be understood.</summary>
    public static MatrixOptions? Parse(ReadOnlySpan<string> args)
    {
        var options = new MatrixOptions(false, 1, null, null, null);
        for (int i = 0; i < args.Length; i++)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            (MatrixOptions? next, int taken) = args[i] switch
            {
                "--ci" => (options with { Ci = true }, 0),
                "--jobs" when int.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out int jobs) && jobs > 0 => (options with { Jobs = jobs }, 1),
                "--ready-to-run" when value is not null => (options with { ReadyToRun = value }, 1),
                "--arm64" when value is not null => (options with { Arm64 = value }, 1),
                "--arm64-libraries" when value is not null => (options with { Arm64Libraries = value }, 1),
                _ => (null, 0),
            };
            if (next is null)
            {
                return null;
            }

            (options, i) = (next, i + taken);
        }

        return options;
    }
}

/// <summary>The clone that this program belongs to.</summary>
internal static class Repository
{
    /// <summary>The folder above the program, or above the working folder, that holds PomIsa.sln.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static string Root { get; } = Above(AppContext.BaseDirectory) ?? Above(Environment.CurrentDirectory)
        ?? throw new FileNotFoundException("There is no PomIsa.sln above the program or the working folder.");

    private static string? Above(string from)
    {
        DirectoryInfo? folder = new(from);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PomIsa.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
