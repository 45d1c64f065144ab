using System.Diagnostics;
using PomIsa.Assembly;
using PomIsa.Isa;

namespace PomIsa.Architectures.Programs;

/// <summary>Descriptions of architectures in assembly language, and the modules that they become.</summary>
internal static class DescriptionAssembler
{
    /// <summary>Text of a description.</summary>
    public static string Read(string name)
    {
        using Stream stream = Assembly().GetManifestResourceStream(name) ?? throw new UnreachableException($"There is no description {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Names of all descriptions.</summary>
    public static IEnumerable<string> Names => Assembly().GetManifestResourceNames().Where(static n => n.EndsWith(".pisa", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>Assembles and verifies a source that includes descriptions; its weights are not bound yet.</summary>
    /// <exception cref="ArchitectureException">The verifier or the assembler refuses the model's dimensions.</exception>
    public static Module Assemble(string source)
    {
        AssemblyResult result = Assembler.Assemble(source, "model.pisa", static (_, requested) => new IncludedSource(requested, Read(requested)));
        return result.Module ?? throw new ArchitectureException(
            result.Diagnostics.Select(static d => $"the program of this configuration is refused: {d.File}:{d.Line}: {d.Message}").Distinct());
    }

    private static System.Reflection.Assembly Assembly() => typeof(DescriptionAssembler).Assembly;
}
