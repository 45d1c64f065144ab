using PomIsa.OnnxCases;

namespace PomIsa.Onnx.Tests;

/// <summary>Cases made by others, where they are to be had: beside the repository, or where POMISA_ONNX_CASES says.</summary>
public sealed class CaseTests
{
    [SkippableFact("cases.json")]
    public void Operators_of_the_first_tier_give_what_others_computed()
    {
        string folder = SkippableFactAttribute.Folder;
        using var runner = new CaseRunner();
        CaseOutcome[] outcomes = [.. CaseIndex.Read(Path.Combine(folder, "cases.json"), Path.Combine(folder, "public")).Where(static c => c.Tier == 1).Select(runner.Run)];
        Assert.NotEmpty(outcomes);
        Assert.All(outcomes, static o => Assert.Equal((o.Case.Name, Verdict.Pass, ""), (o.Case.Name, o.Verdict, o.Reason)));
    }

    [SkippableFact("cases.json")]
    public void What_is_not_computed_is_refused()
    {
        string folder = SkippableFactAttribute.Folder;
        using var runner = new CaseRunner();
        CaseOutcome[] outcomes = [.. CaseIndex.Read(Path.Combine(folder, "cases.json"), Path.Combine(folder, "public")).Where(static c => c.Tier > 1).Select(runner.Run)];
        Assert.All(outcomes, static o => Assert.True(o.Verdict is Verdict.Pass or Verdict.Refused, $"{o.Case.Name}: {o.Reason}"));
    }
}

/// <summary>A test that is reported as skipped where the cases are not at hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SkippableFactAttribute : FactAttribute
{
    public SkippableFactAttribute(string file)
    {
        if (!File.Exists(Path.Combine(Folder, file)))
        {
            Skip = $"There are no cases in {Folder}; POMISA_ONNX_CASES names their folder.";
        }
    }

    public static string Folder => Environment.GetEnvironmentVariable("POMISA_ONNX_CASES") ?? Path.Combine(Above(), "..", "shared", "onnx-cases");

    private static string Above()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "PomIsa.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? ".";
    }
}
