using System.Runtime.CompilerServices;
using PomIsa.Isa;

namespace PomIsa.Assembly.Tests;

/// <summary>Source files of the tests, where they lie in the repository.</summary>
internal static class Source
{
    public static string Folder { get; } = Path.GetDirectoryName(Path.GetDirectoryName(Here()))!;

    public static string Text(string name) => File.ReadAllText(Path.Combine(Folder, name));

    public static string Example(string name) => File.ReadAllText(Path.Combine(Folder, "../../examples", name));

    /// <summary>The module of a source without mistakes.</summary>
    public static Module Assemble(string text, bool verify = true)
    {
        var result = Assembler.Assemble(text, "test.pisa", null, new AssemblerOptions { Verify = verify });
        Assert.Equal("", DiagnosticText.Render(result.Diagnostics));
        return result.Module!;
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
