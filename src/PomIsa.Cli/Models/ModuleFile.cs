using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Assembly;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Cli.Models;

/// <summary>Programs in files, as source or as modules.</summary>
internal static class ModuleFile
{
    // Larger than any module the decoder takes; a file beyond it is not read at all.
    private const long LongestFile = 64L << 20;

    /// <summary>The bytes of a file that may be anything.</summary>
    public static byte[] Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw CliException.Usage($"There is no file {path}.");
        }

        return file.Length <= LongestFile ? File.ReadAllBytes(path) : throw CliException.Refused($"{path} is too large to be a module.");
    }

    /// <summary>Assembles a source; its mistakes end the command.</summary>
    public static Module Assemble(string path, string? weights)
    {
        string text = System.Text.Encoding.UTF8.GetString(Read(path));
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var options = new AssemblerOptions { Weights = weights is null ? null : WeightFolder.Catalog(weights) };
        AssemblyResult result = Assembler.Assemble(text, Path.GetFileName(path), Includes.Below(folder), options);
        return result.Module ?? throw CliException.Refused(Failed(path, result.Diagnostics));
    }

    /// <summary>Decodes a module; what is no module ends the command.</summary>
    public static Module Decode(string path) => Module.TryDecode(Read(path), out Module module, out Fault fault)
        ? module
        : throw CliException.Refused($"{path}: {FaultText.Describe(fault, null)}");

    /// <summary>A verified program from a module or a source.</summary>
    public static VerifiedModule Load(string path, string? weights = null)
    {
        Module module = path.EndsWith(".pisa", StringComparison.Ordinal) ? Assemble(path, weights) : Decode(path);
        return Verifier.TryVerify(module, out VerifiedModule? verified, out ImmutableArray<Fault> faults)
            ? verified
            : throw CliException.Refused($"{path} is refused:\n  " + string.Join("\n  ", faults.Select(f => FaultText.Describe(f, module))));
    }

    /// <summary>A verified program from a module that may be anyone's.</summary>
    /// <param name="why">One sentence, where it is none.</param>
    public static bool TryLoad(string path, [NotNullWhen(true)] out VerifiedModule? verified, out string why)
    {
        verified = null;
        if (new FileInfo(path).Length > LongestFile)
        {
            why = $"{path} is too large to be a module.";
            return false;
        }

        if (!Module.TryDecode(File.ReadAllBytes(path), out Module module, out Fault fault))
        {
            why = $"{path} is no module: {FaultText.Describe(fault, null)}";
            return false;
        }

        bool isSound = Verifier.TryVerify(module, out verified, out ImmutableArray<Fault> faults);
        why = isSound ? "" : $"{path} is no valid module: {FaultText.Describe(faults[0], module)}";
        return isSound;
    }

    private static string Failed(string path, ImmutableArray<Diagnostic> diagnostics) =>
        $"{Path.GetRelativePath(".", path)} has {diagnostics.Length} {(diagnostics.Length == 1 ? "mistake" : "mistakes")}:\n\n{DiagnosticText.Render(diagnostics)}".TrimEnd('\n');
}
