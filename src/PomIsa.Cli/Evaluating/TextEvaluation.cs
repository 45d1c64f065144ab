using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using PomIsa.Cli.Compiling;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;
using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Models;
using PomIsa.Packaging.Weights;
using PomIsa.Text;
using PomIsa.Text.Tokens;

namespace PomIsa.Cli.Evaluating;

/// <summary>Perplexity of a decoder on a text, and how often it would choose another token than in f32: by its program that gives the logits behind every token.</summary>
internal static class TextEvaluation
{
    /// <summary>Tokens that are read together; each window begins anew.</summary>
    private const int Window = 512;

    private const long LongestText = 64L << 20;

    /// <summary>Measures a source in the weights that were asked for and in f32, one after the other.</summary>
    public static TextQuality Measure(CompileRequest request, ModelPackage package, string path, IProgress<string> progress, CancellationToken stop)
    {
        DecoderInfo decoder = package.Description.Decoder ?? throw CliException.Usage("--text is for decoders; this model is a function.");
        int[] tokens = Tokens(package, path);
        int window = Math.Min(Window, decoder.Context);
        if (tokens.Length < 2)
        {
            throw CliException.Refused($"{path} has {tokens.Length} tokens; 2 are needed at least.");
        }

        CompileRequest rows = request with { AllRows = true, Context = window };
        (double loss, int[] best) = Run(rows with { Weights = WeightKind.F32 }, tokens, window, progress, stop);
        double reference = Math.Exp(loss / best.Length);
        if (request.Weights == WeightKind.F32)
        {
            return new TextQuality(request.Weights, best.Length, reference, reference, 1);
        }

        (double other, int[] chosen) = Run(rows, tokens, window, progress, stop);
        int same = best.Zip(chosen).Count(static pair => pair.First == pair.Second);
        return new TextQuality(request.Weights, best.Length, Math.Exp(other / best.Length), reference, (double)same / best.Length);
    }

    private static int[] Tokens(ModelPackage package, string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw CliException.Usage($"There is no file {path}.");
        }

        if (!TokenizerFolder.Exists(package.TokenizerPath))
        {
            throw CliException.Refused("--text needs a tokenizer, and there is no tokenizer.json or tokenizer.model beside the source.");
        }

        string text = file.Length <= LongestText ? File.ReadAllText(path) : throw CliException.Refused($"{path} is longer than 64 MiB.");
        int vocabulary = package.Description.Decoder!.Vocabulary;
        ImmutableArray<int> tokens = TokenizerFolder.Load(package.TokenizerPath, TokenizerConfig.Load(package.TokenizerPath)).Encode(text, special: true);
        return tokens.All(t => t < vocabulary) ? [.. tokens] : throw CliException.Refused($"The tokenizer gives tokens beyond the model's {vocabulary}.");
    }

    /// <summary>Sum of the negative log-likelihoods of all tokens but each window's first, and the likeliest token in each place.</summary>
    private static (double Loss, int[] Best) Run(CompileRequest request, int[] tokens, int window, IProgress<string> progress, CancellationToken stop)
    {
        string kind = WeightKinds.NameOf(request.Weights);
        using BoundProgram program = Bind(request, progress, stop);
        using var pool = new WorkerPool(Environment.ProcessorCount);
        double loss = 0;
        var best = new List<int>(tokens.Length);
        for (int at = 0; at + 1 < tokens.Length; at += window)
        {
            stop.ThrowIfCancellationRequested();
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"reading the text in {kind}, token {at:N0} of {tokens.Length:N0}"));
            int count = Math.Min(window, tokens.Length - at);
            var run = new RunRequest { Prompt = [.. tokens.AsSpan(at, count)], Stop = stop };
            if (!MachineRun.TryExecutePlain(program, run, pool, out RunOutcome? outcome, out MachineFault fault))
            {
                stop.ThrowIfCancellationRequested();
                throw CliException.Refused(fault.Describe(program.Module));
            }

            OutputTensor logits = outcome.Outputs[0] ?? throw CliException.Refused("The program gave no logits.");
            int width = logits.Shape[^1];
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(logits.Bytes.AsSpan());
            for (int i = 0; i + 1 < count; i++)
            {
                ReadOnlySpan<float> row = values.Slice(i * width, width);
                loss += NegativeLogLikelihood(row, tokens[at + i + 1], out int likeliest);
                best.Add(likeliest);
            }
        }

        return (loss, [.. best]);
    }

    private static BoundProgram Bind(CompileRequest request, IProgress<string> progress, CancellationToken stop)
    {
        var weights = new MemoryWeights();
        CompiledSource source = ModelCompilation.Compile(request, weights, progress, stop);
        return !Verifier.TryVerify(source.Program.Module, out VerifiedModule? verified, out ImmutableArray<Fault> faults)
            ? throw CliException.Refused("The program that gives all logits does not verify: " + string.Join(" ", faults.Select(f => FaultText.Describe(f, source.Program.Module))))
            : BoundProgram.TryBind(verified, weights.Contents, out BoundProgram? program, out MachineFault fault)
                ? program
                : throw CliException.Refused(fault.Describe(source.Program.Module));
    }

    private static double NegativeLogLikelihood(ReadOnlySpan<float> logits, int token, out int likeliest)
    {
        likeliest = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            likeliest = logits[i] > logits[likeliest] ? i : likeliest;
        }

        double most = logits[likeliest], sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - most);
        }

        return Math.Log(sum) + most - logits[token];
    }
}
