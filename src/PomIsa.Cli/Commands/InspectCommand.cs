using System.CommandLine;
using PomIsa.Cli.Compiling;
using PomIsa.Cli.Inspecting;
using PomIsa.Cli.Models;
using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Models;

namespace PomIsa.Cli.Commands;

internal static class InspectCommand
{
    public static Command Create(CancellationToken stop)
    {
        var what = new Argument<string>("what") { Description = "An ONNX model, a module (.pisab) or source (.pisa), a compiled model's folder, a folder of shards, a Hugging Face folder, or a GGUF file." };
        var weights = new Option<string>("--weights") { Description = "How a model that is not compiled yet would store its matrices.", HelpName = "f32|w8|w4", DefaultValueFactory = _ => "f32" };
        weights.AcceptOnlyFromAmong("f32", "w8", "w4");
        var shapes = new Option<string[]>("--shape") { Description = "Shape of an input, or size of an open dimension, to try with; may be given several times.", HelpName = "NAME=1,128", DefaultValueFactory = _ => [] };
        var bound = new Option<string[]>("--bind") { Description = "Value of an input, to try with; may be given several times.", HelpName = "NAME=VALUES|NAME=@FILE", DefaultValueFactory = _ => [] };
        Option<bool> json = Shared.Json();
        var command = new Command("inspect", CommandTree.Help(
            "Tell what a model, program or folder of weights is: sizes, operators, shapes, bounds, and what would not compile and why.",
            "pomisa inspect model.onnx", "pomisa inspect out/ --json"))
        {
            what, weights, shapes, bound, json,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(what);
            var request = new CompileRequest
            {
                Source = path,
                Weights = WeightKinds.TryParse(parsed.GetRequiredValue(weights), out WeightKind kind) ? kind : WeightKind.F32,
                Shapes = parsed.GetRequiredValue(shapes),
                Bound = parsed.GetRequiredValue(bound),
            };
            Inspection found;
            using (var progress = new ProgressLine())
            {
                found = Inspect(request, progress, stop);
            }

            if (parsed.GetValue(json))
            {
                Output.Json(found.Json);
            }
            else
            {
                foreach (string line in found.Lines)
                {
                    Output.Line(line);
                }
            }

            return Exit.Ok;
        });
        return command;
    }

    private static Inspection Inspect(CompileRequest request, IProgress<string> progress, CancellationToken stop)
    {
        string path = request.Source;
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw CliException.Usage($"There is no file {path}.");
        }

        return OnnxSource.Recognizes(path) ? OnnxInspection.Of(request, progress, stop)
            : path.EndsWith(".pisab", StringComparison.Ordinal) || path.EndsWith(".pisa", StringComparison.Ordinal) ? Program(path)
            : Directory.Exists(path) && ModelPackage.IsAt(path) ? PackageInspection.Of(path)
            : ArchitectureSource.Recognizes(path) ? ArchitectureInspection.Of(request, progress, stop)
            : ShardInspection.Recognizes(path) ? ShardInspection.Of(path)
            : throw CliException.Usage($"{path} is neither a model, nor a program, nor a folder of shards.");
    }

    private static Inspection Program(string path)
    {
        bool source = path.EndsWith(".pisa", StringComparison.Ordinal);
        var to = new Inspection(source ? "a program's source" : "a module", Path.GetFullPath(path));
        to.Line("size", Inspection.Size(new FileInfo(path).Length));
        ProgramInspection.Add(to, source ? ModuleFile.Assemble(path, null) : ModuleFile.Decode(path));
        return to;
    }
}
