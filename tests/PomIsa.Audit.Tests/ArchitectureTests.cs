using System.Text.RegularExpressions;

namespace PomIsa.Audit.Tests;

/// <summary>Dependencies point one way. This is the whole list of what a project may reference directly.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Kernels"] = [],
        ["Files"] = [],
        ["Isa"] = ["Kernels"],
        ["Assembly"] = ["Isa"],
        ["Evidence"] = ["Kernels", "Files"],
        ["Shards"] = ["Kernels", "Files"],
        ["Packaging"] = ["Kernels", "Isa", "Shards"],
        ["Machine"] = ["Kernels", "Isa", "Evidence", "Shards"],
        ["Audit"] = ["Machine", "Evidence"],
        ["Disputes"] = ["Machine", "Evidence", "Audit"],
        ["Chain"] = ["Evidence"],
        ["Training"] = ["Kernels", "Chain", "Shards", "Text"],
        ["Onnx"] = ["Isa", "Machine", "Packaging"],
        ["Text"] = [],
        ["Architectures"] = ["Kernels", "Isa", "Assembly", "Shards", "Packaging"],
        ["Conformance"] = ["Machine"],
        ["Bench"] = ["Assembly", "Machine", "Training"],
        ["Debugging"] = ["Assembly", "Machine"],
        ["LanguageServer"] = ["Assembly"],
        ["Cli"] = ["Assembly", "Packaging", "Onnx", "Architectures", "Machine", "Audit", "Disputes", "Chain", "Training", "Bench", "Conformance", "LanguageServer", "Debugging", "Text"],
    };

    [Fact]
    public void Dependencies_point_one_way()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "PomIsa.sln")))
        {
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("PomIsa.sln is not above the tests.");
        }

        string[] projects = Directory.GetFiles(Path.Combine(root, "src"), "*.csproj", SearchOption.AllDirectories);
        Assert.NotEmpty(projects);
        foreach (string project in projects)
        {
            string name = Path.GetFileNameWithoutExtension(project)["PomIsa.".Length..];
            Assert.True(Allowed.TryGetValue(name, out string[]? allowed), $"{name} is not in the list.");
            foreach (Match reference in Reference().Matches(File.ReadAllText(project)))
            {
                Assert.True(allowed.Contains(reference.Groups[1].Value), $"{name} must not reference {reference.Groups[1].Value}.");
            }
        }
    }

    [GeneratedRegex(@"ProjectReference Include=""[^""]*PomIsa\.(\w+)\.csproj""")]
    private static partial Regex Reference();
}
