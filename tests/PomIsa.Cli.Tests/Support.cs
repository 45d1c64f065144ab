using System.Diagnostics;
using System.Text.Json;

namespace PomIsa.Cli.Tests;

/// <summary>What a child process said.</summary>
internal sealed record Said(int Code, string Out, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    /// <summary>One clear sentence: nothing that looks like a stack trace.</summary>
    public Said WithoutTrace()
    {
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Error, StringComparison.Ordinal);
        return this;
    }
}

/// <summary>Runs the built pomisa as a child process, in a folder of the test's own.</summary>
internal sealed class Shell : IDisposable
{
    public Shell() => Folder = Directory.CreateTempSubdirectory("pomisa-cli-").FullName;

    public string Folder { get; }

    public static string Repository { get; } = FindRepository();

    public string Path(params string[] parts) => System.IO.Path.Combine([Folder, .. parts]);

    public Said Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(120_000), "pomisa did not end within two minutes");
        return new Said(process.ExitCode, text, error.Result);
    }

    /// <summary>Runs through bash, for limits and signals.</summary>
    public Said Bash(string script)
    {
        using Process process = Begin(new ProcessStartInfo("bash", ["-c", script]));
        Task<string> error = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(120_000), "the script did not end within two minutes");
        return new Said(process.ExitCode, text, error.Result);
    }

    public Process Start(params string[] arguments) => Begin(new ProcessStartInfo("dotnet", [Dll, .. arguments]));

    /// <summary>Starts another program that lies beside the tests.</summary>
    public Process StartDll(string name, params string[] arguments) => Begin(new ProcessStartInfo("dotnet", [System.IO.Path.Combine(AppContext.BaseDirectory, name), .. arguments]));

    public static string Dll { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "pomisa.dll");

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private Process Begin(ProcessStartInfo info)
    {
        info.WorkingDirectory = Folder;
        info.RedirectStandardOutput = info.RedirectStandardError = true;
        return Process.Start(info)!;
    }

    private static string FindRepository()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(at.FullName, "PomIsa.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("The tests run below the repository's root.");
    }
}

/// <summary>The example model, with as few votes as show a whole cycle.</summary>
internal static class Model
{
    public static string Example { get; } = System.IO.Path.Combine(Shell.Repository, "examples", "govsum");

    public static bool IsThere { get; } = File.Exists(System.IO.Path.Combine(Example, "weights", "w8", "model.sig"));

    /// <summary>A copy whose votes end with the first surge: three cycles.</summary>
    public static string Copy(Shell shell, int lastHeight = 34)
    {
        string copy = shell.Path("govsum");
        foreach (string file in Directory.GetFiles(Example, "*", SearchOption.AllDirectories))
        {
            string target = System.IO.Path.Combine(copy, System.IO.Path.GetRelativePath(Example, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        string votes = System.IO.Path.Combine(copy, "votes.jsonl");
        string[] kept = [.. File.ReadLines(votes).Where(l => JsonDocument.Parse(l).RootElement.GetProperty("height").GetInt32() <= lastHeight)];
        File.WriteAllText(votes, string.Concat(kept.Select(static l => l + "\n")));
        return copy;
    }
}

/// <summary>A test that needs the trained weights.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ModelFactAttribute : FactAttribute
{
    public ModelFactAttribute()
    {
        if (!Model.IsThere)
        {
            Skip = "examples/govsum/weights is not there: train it with pomisa train examples/govsum";
        }
    }
}

/// <summary>A program that lasts long enough to be cut off.</summary>
internal static class Counting
{
    /// <summary>Emits 1 to 3000 and commits each.</summary>
    public const string Program = """
        .driver main
            push 0
            push 3000
            loop 3000
                push 1
                add
                dup
                emit
                commit
            end
            halt
        .end
        .entry main
        """;
}
