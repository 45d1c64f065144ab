using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Cli.Compiling;
using PomIsa.Cli.Evaluating;
using PomIsa.Cli.Models;
using PomIsa.Files;
using PomIsa.Isa.Verification;
using PomIsa.Onnx.Explaining;
using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Models;
using PomIsa.Shards;

namespace PomIsa.Cli.Commands;

internal static class CompileCommand
{
    /// <summary>Matrices that the terminal lists; quantization.json has all of them.</summary>
    private const int MostListed = 12;

    public static Command Create(CancellationToken stop)
    {
        var source = new Argument<string>("source") { Description = "An ONNX model (.onnx), a GGUF file (.gguf), or a folder as Hugging Face has them, with config.json." };
        var output = new Option<DirectoryInfo>("--output", "-o") { Description = "Folder for the compiled model; an older compiled model there is replaced when the new one is whole.", HelpName = "DIR", Required = true };
        var weights = new Option<string>("--weights") { Description = "How known matrices are stored, where their depth allows.", HelpName = "f32|w8|w4", DefaultValueFactory = _ => "f32" };
        weights.AcceptOnlyFromAmong("f32", "w8", "w4");
        var shapes = new Option<string[]>("--shape") { Description = "Shape of an input, or size of an open dimension; may be given several times.", HelpName = "NAME=1,128", DefaultValueFactory = _ => [] };
        var bound = new Option<string[]>("--bind") { Description = "Makes an input part of the program, with this value; may be given several times.", HelpName = "NAME=VALUES|NAME=@FILE", DefaultValueFactory = _ => [] };
        var context = new Option<int?>("--context") { Description = "Most tokens of prompt and answer together, of a decoder. [default: what the source says]", HelpName = "N" };
        var text = new Option<FileInfo?>("--text") { Description = "A text on which a decoder's perplexity is measured, and how often its likeliest token is that of f32.", HelpName = "FILE" };
        var explain = new Option<string?>("--explain")
        {
            Description = "Tell what became of an ONNX model's graph, before and after, what was fused, what was not and why; as text, or as a picture (svg, or dot for Graphviz) in OUT.explain.svg or .dot.",
            HelpName = "text|svg|dot",
            Arity = ArgumentArity.ZeroOrOne,
        };
        explain.AcceptOnlyFromAmong("text", "svg", "dot");
        var key = new Option<FileInfo?>("--key") { Description = "The publisher's private key that signs the weights; made if missing. [default: DIR/keys/publisher.pem]", HelpName = "FILE" };
        Option<DirectoryInfo> data = Shared.Data();
        Option<bool> json = Shared.Json();
        var command = new Command("compile", CommandTree.Help(
            "Compile a model into a folder: a verified program, its weights as signed shards, and where all of it comes from.\nCompiling twice gives the same bytes, but for signatures.",
            "pomisa compile model.onnx -o out/", "pomisa compile SmolLM2-135M/ -o out/ --weights w8 --context 2048", "pomisa compile model.onnx -o out/ --weights w8 --shape input_ids=1,128"))
        {
            source, output, weights, shapes, bound, context, text, explain, key, data, json,
        };
        command.SetAction(parsed =>
        {
            var request = new CompileRequest
            {
                Source = parsed.GetRequiredValue(source),
                Weights = WeightKinds.TryParse(parsed.GetRequiredValue(weights), out WeightKind kind) ? kind : WeightKind.F32,
                Shapes = parsed.GetRequiredValue(shapes),
                Bound = parsed.GetRequiredValue(bound),
                Context = parsed.GetValue(context),
            };
            if (request.Context is < 1 or > Isa.Limits.SymbolMaximum)
            {
                throw CliException.Usage($"--context is 1 to {Isa.Limits.SymbolMaximum}.");
            }

            Explanation? explanation = null;
            string? form = parsed.GetResult(explain) is null ? null : parsed.GetValue(explain) ?? "text";
            request = form is null ? request : request with { Explain = told => explanation = told };
            string target = Path.TrimEndingDirectorySeparator(parsed.GetRequiredValue(output).FullName);
            using PublisherKey signer = new DataFolder(parsed.GetRequiredValue(data)).OpenPublisher(parsed.GetValue(key)?.FullName);
            ModelCompilation compiled;
            try
            {
                using var progress = new ProgressLine();
                compiled = ModelCompilation.Run(request, target, signer, progress, stop);
            }
            finally
            {
                Explain(explanation, form, target, parsed.GetValue(json));
            }

            if (!parsed.GetValue(json))
            {
                Print(compiled, signer.PublicKey.Hint);
            }

            TextQuality? quality = null;
            if (parsed.GetValue(text) is { } file)
            {
                using var progress = new ProgressLine();
                quality = TextEvaluation.Measure(request, compiled.Package, file.FullName, progress, stop);
            }

            if (parsed.GetValue(json))
            {
                JsonObject described = Describe(compiled);
                if (quality is not null)
                {
                    described["text"] = quality.Describe();
                }

                Output.Json(described);
            }
            else if (quality is not null)
            {
                Output.Line("");
                Output.Line(quality.ToString());
            }

            return Exit.Ok;
        });
        return command;
    }

    /// <summary>Tells what the compiler did, also where it refused in the end.</summary>
    private static void Explain(Explanation? explanation, string? form, string target, bool json)
    {
        if (explanation is null)
        {
            if (form is not null)
            {
                Output.Note("--explain is for ONNX models that can be read; there is nothing to explain here.");
            }

            return;
        }

        if (form == "text")
        {
            // With --json the output is one object.
            (json ? System.Console.Error : System.Console.Out).Write(explanation.ToText());
            return;
        }

        string path = $"{target}.explain.{form}";
        AtomicFile.Write(path, System.Text.Encoding.UTF8.GetBytes(form == "svg" ? explanation.ToSvg() : explanation.ToDot()));
        Output.Note($"explained in {Path.GetRelativePath(".", path)}");
    }

    private static void Print(ModelCompilation compiled, string signer)
    {
        ModelPackage package = compiled.Package;
        Bounds bounds = compiled.Program.Bounds;
        Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetRelativePath(".", package.Folder)}: {package.Description.Name}, {(package.Description.Decoder is { } d ? $"a decoder of {d.Context} tokens' context" : "a function")}, compiled in {compiled.Elapsed.TotalSeconds:F1} s"));
        Output.Line($"  program   {compiled.Program.Module.ProgramDigest()}, verified");
        Output.Line($"  weights   {PackageText.Weights(package, compiled.Program.Module)}");
        Output.Line($"  inputs    {PackageText.Ports(package.Description.Inputs)}");
        Output.Line($"  outputs   {PackageText.Ports(package.Description.Outputs)}");
        Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"  a run     takes at most {bounds.Retires:N0} opcodes, {bounds.MultiplyAdds:N0} multiply-adds, {bounds.ArenaBytes + bounds.StateBytes:N0} bytes of memory"));
        Output.Line($"  signed    by {signer[..16]}…");
        foreach (string note in compiled.Source.Notes)
        {
            Output.Line($"  note      {note}");
        }

        if (package.Description.Weights != WeightKind.F32)
        {
            Output.Line("");
            PackageText.Quantization(package.Description.Weights, compiled.Source.Quantized, MostListed);
        }
    }

    private static JsonObject Describe(ModelCompilation compiled)
    {
        JsonObject described = PackageText.Describe(compiled.Package, compiled.Program);
        described["folder"] = compiled.Package.Folder;
        described["notes"] = new JsonArray([.. compiled.Source.Notes.Select(static n => (JsonNode)n)]);
        described["seconds"] = Math.Round(compiled.Elapsed.TotalSeconds, 3);
        if (compiled.Package.Description.Weights != WeightKind.F32)
        {
            described["quantization"] = JsonNode.Parse(QuantizationReport.Json(compiled.Source.Quantized))!["matrices"]!.DeepClone();
        }

        return described;
    }
}
