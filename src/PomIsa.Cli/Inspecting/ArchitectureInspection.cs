using System.Text.Json.Nodes;
using PomIsa.Cli.Compiling;
using PomIsa.Packaging.Weights;

namespace PomIsa.Cli.Inspecting;

/// <summary>Models of known architectures: what they would become, or all that is wrong with them.</summary>
internal static class ArchitectureInspection
{
    public static Inspection Of(CompileRequest request, IProgress<string> progress, CancellationToken stop)
    {
        bool folder = Directory.Exists(request.Source);
        var to = new Inspection(folder ? "a Hugging Face folder" : "a GGUF file", Path.GetFullPath(request.Source));
        try
        {
            CompiledSource compiled = ArchitectureSource.Compile(request, new CountedWeights(), progress, stop);
            to.List("files", $"{compiled.Source.Files.Length}", [.. compiled.Source.Files.Select(static f => f.Name)]);
            to.Line("tokenizer", compiled.Tokenizer.Count == 0 ? "none" : string.Join(", ", compiled.Tokenizer.Keys.Order(StringComparer.Ordinal)));
            to.Line("compiles", "yes");
            to.Json["compiles"] = true;
            ProgramInspection.Add(to, compiled.Program.Module);
        }
        catch (CliException e) when (e.Code == Exit.Refused)
        {
            to.Json["compiles"] = false;
            to.Json["problem"] = e.Message;
            to.Line("compiles", "no");
            to.Line("", e.Message);
        }

        to.Json["tokenizer"] ??= new JsonArray();
        return to;
    }
}
