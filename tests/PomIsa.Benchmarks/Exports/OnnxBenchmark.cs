using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using PomIsa.Bench.Results;
using PomIsa.Bench.Runs;
using PomIsa.Cli;
using PomIsa.Evidence.Log;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.OnnxModels;

namespace PomIsa.Benchmarks.Exports;

/// <summary>ONNX files of decoders, compiled by the command line, beside ONNX Runtime with the same files.</summary>
internal sealed class OnnxBenchmark
{
    private const int AgreementPrompt = 16;

    private readonly Option<string> _models = new("--models") { Description = "Files to measure.", DefaultValueFactory = _ => string.Join(',', ExportedDecoder.Names), HelpName = "NAME,…" };
    private readonly Option<string> _style = new("--style") { Description = "How they are exported: a style of PomIsa.OnnxModels.", DefaultValueFactory = _ => "builder-gqa-last", HelpName = "STYLE" };
    private readonly Option<string> _threads = new("--threads") { Description = "Numbers of threads.", DefaultValueFactory = _ => "1,2", HelpName = "N,…" };
    private readonly Option<int> _tokens = new("--tokens") { Description = "Tokens to decode in a timed run.", DefaultValueFactory = _ => 64, HelpName = "N" };
    private readonly Option<int> _agree = new("--agree") { Description = "Tokens over which results are compared.", DefaultValueFactory = _ => 256, HelpName = "N" };
    private readonly Option<int> _rounds = new("--rounds") { Description = "Timed rounds.", DefaultValueFactory = _ => 5, HelpName = "N" };
    private readonly Option<bool> _write = new("--write") { Description = "Write the files and no more." };
    private readonly Option<bool> _compile = new("--compile") { Description = "Compile and compare, without timing runs." };
    private readonly Option<bool> _keep = new("--keep") { Description = "Take what was compiled before; its compile time is 0." };
    private readonly Option<DirectoryInfo> _cache = new("--cache") { Description = "Folder that keeps the files.", DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(".pomisa", "bench")), HelpName = "DIR" };
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON." };
    private readonly CancellationToken _stop;

    private OnnxBenchmark(CancellationToken stop) => _stop = stop;

    public static int Run(string[] arguments)
    {
        using var interrupt = new Interrupt();
        var benchmark = new OnnxBenchmark(interrupt.Token);
        var command = new Command("onnx", "Compile ONNX files of decoders and measure them beside ONNX Runtime with the same files.")
        {
            benchmark._models, benchmark._style, benchmark._threads, benchmark._tokens, benchmark._agree, benchmark._rounds,
            benchmark._write, benchmark._compile, benchmark._keep, benchmark._cache, benchmark._json,
        };
        command.SetAction(benchmark.Measure);
        return Cli.CommandLine.Invoke(new RootCommand { command }.Parse(["onnx", .. arguments]));
    }

    private int Measure(ParseResult parsed)
    {
        string style = parsed.GetRequiredValue(_style), cache = Directory.CreateDirectory(parsed.GetRequiredValue(_cache).FullName).FullName;
        string[] names = Words(parsed.GetRequiredValue(_models));
        if (!ExportedModels.LlamaStyles.Contains(style) || !Array.TrueForAll(names, static n => ExportedDecoder.Names.Contains(n)))
        {
            Output.Error($"--models takes {string.Join(',', ExportedDecoder.Names)}; --style one of {string.Join(", ", ExportedModels.LlamaStyles)}.");
            return Exit.Usage;
        }

        var figures = new List<ExportFigures>();
        foreach (string name in names)
        {
            ExportedDecoder decoder = ExportedDecoder.Open(name, style, cache, new Notes());
            if (parsed.GetValue(_write))
            {
                Output.Line(decoder.ModelPath);
                continue;
            }

            double compile = Compiled(decoder, parsed.GetValue(_keep));
            using BoundProgram program = CompiledExport.Load(decoder.PackagePath, decoder.StorePath);
            ExportAgreement agreement = Agree(decoder, program, parsed.GetValue(_agree));
            if (parsed.GetValue(_compile))
            {
                Output.Line(string.Create(CultureInfo.InvariantCulture, $"{decoder.Name} {style}: compiled in {compile:F1} s; {agreement}"));
                agreement.Required(decoder.Name);
                continue;
            }

            agreement.Required(decoder.Name);
            foreach (string threads in Words(parsed.GetRequiredValue(_threads)))
            {
                figures.Add(Measure(decoder, program, int.Parse(threads, CultureInfo.InvariantCulture), compile, agreement, parsed.GetValue(_tokens), parsed.GetValue(_rounds), cache));
            }
        }

        if (figures.Count > 0)
        {
            Output.Line(parsed.GetValue(_json) ? ExportReport.Json(figures, parsed.GetValue(_rounds)) : ExportReport.Text(figures, parsed.GetValue(_rounds)));
        }

        return Exit.Ok;
    }

    private double Compiled(ExportedDecoder decoder, bool keep)
    {
        if (keep && Directory.Exists(decoder.StorePath))
        {
            return 0;
        }

        double seconds = CompiledExport.Compile(decoder, _stop);
        CompiledExport.Import(decoder);
        return seconds;
    }

    private static ExportAgreement Agree(ExportedDecoder decoder, BoundProgram program, int tokens)
    {
        using var ort = new OrtExport(decoder.ModelPath, Environment.ProcessorCount, AgreementPrompt + tokens);
        ImmutableArray<int> prompt = decoder.Prompt(AgreementPrompt);
        return ExportAgreement.Of(prompt, program, ExportRun.Request(prompt, tokens, 0, default), ort);
    }

    private ExportFigures Measure(ExportedDecoder decoder, BoundProgram program, int threads, double compile, ExportAgreement agreement, int tokens, int rounds, string cache)
    {
        ColdStart machine = ExportColdStart.Measure(decoder, ort: false, threads, cache, _stop), rival = ExportColdStart.Measure(decoder, ort: true, threads, cache, _stop);
        string folder = Path.Combine(decoder.Folder, $"log-{Guid.NewGuid():N}");
        try
        {
            using var pool = new WorkerPool(threads);
            using RecordLog log = RecordLog.Open(folder);
            using var ort = new OrtExport(decoder.ModelPath, threads, Math.Max(decoder.LongestPrompt, AgreementPrompt + tokens) + 1);
            IDecoderRunner[] runners =
            [
                new CompiledRunner(decoder, program, pool, log, _stop), new CompiledRunner(decoder, program, pool, null, _stop), new OrtRunner(decoder, ort),
            ];
            WorkloadResult decode = Rates(Workload.Decode(tokens));
            return new ExportFigures(decoder, threads, compile, agreement, decode, [.. decoder.Prefills.Select(Rates)], machine, rival);

            WorkloadResult Rates(Workload workload) => WorkloadResult.Of(Interleaved.Rates(runners, workload, rounds, _stop));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string[] Words(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private sealed class Notes : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
