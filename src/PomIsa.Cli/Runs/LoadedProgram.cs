using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Cli.Models;
using PomIsa.Evidence.Records;
using PomIsa.Isa.Verification;
using PomIsa.Machine;
using PomIsa.Packaging.Models;

namespace PomIsa.Cli.Runs;

/// <summary>What the user gives a program.</summary>
/// <param name="Prompt">A text, or a file that holds it; null where none was given.</param>
/// <param name="Inputs">Tensors by name.</param>
/// <param name="Sampling">How <c>sample</c> chooses.</param>
internal sealed record RunInputs(string? Prompt, string[] Inputs, SamplingParameters Sampling);

/// <summary>A program as the user named it, ready to run, and the prompt for it.</summary>
internal sealed class LoadedProgram : IDisposable
{
    /// <summary>Length of a decoder's answer where the user gives no limit.</summary>
    private const int MostTokens = 128;

    private readonly ModelFolder? _model;

    private LoadedProgram(BoundProgram program, ModelFolder? model, string path)
    {
        (Program, _model, Path) = (program, model, path);
        PromptText = "";
    }

    public BoundProgram Program { get; }

    /// <summary>Folder or file that it came from.</summary>
    public string Path { get; }

    public ImmutableArray<int> Prompt { get; private init; } = [];

    public string PromptText { get; private init; }

    /// <summary>A tensor for each input, where the user gave any by name; empty otherwise.</summary>
    public ImmutableArray<InputTensor> Inputs { get; private init; } = [];

    public SamplingParameters Sampling { get; private init; }

    /// <summary>Where manifest and publisher key of its weights lie; null for a program without weights.</summary>
    public (string Manifest, string Publisher)? Published { get; private init; }

    /// <summary>The compiled model that it is, or null.</summary>
    public ModelPackage? Compiled { get; private init; }

    /// <summary>Opens a module, a source or a model's folder.</summary>
    /// <param name="what">Its path.</param>
    /// <param name="inputs">What it is given.</param>
    /// <param name="track">Which of a model's weights.</param>
    /// <param name="data">Has the store that a model's weights are read from.</param>
    /// <param name="stop">Ends it.</param>
    public static LoadedProgram Open(string what, RunInputs inputs, string track, DataFolder data, CancellationToken stop = default)
    {
        if (Directory.Exists(what) && ModelPackage.TryOpen(what, out ModelPackage? compiled))
        {
            return OpenCompiled(compiled, inputs, data, stop);
        }

        ModelFolder? model = Directory.Exists(what) ? ModelFolder.At(what) : null;
        BoundProgram program = model is null ? Bare(what) : model.Open(track, data);
        string text = "";
        try
        {
            bool named = inputs.Inputs.Length >= program.Module.Inputs.Length && inputs.Inputs.Length > 0;
            ImmutableArray<int> prompt = named && inputs.Prompt is null ? [] : Tokens(program.Verified, model, inputs.Prompt, out text);
            return new LoadedProgram(program, model, what)
            {
                Published = model is null ? null : (System.IO.Path.Combine(model.Weights(track), "model.sig"), model.PublisherPath),
                Prompt = prompt,
                PromptText = text,
                Inputs = InputText.Read(program.Module, inputs.Inputs, prompt, []),
                Sampling = inputs.Sampling,
            };
        }
        catch (CliException)
        {
            program.Dispose();
            throw;
        }
    }

    /// <summary>What the machine is given; for a run that leaves evidence a salt comes to it.</summary>
    public RunRequest Request(Action<int>? onToken, CancellationToken stop) => new()
    {
        Prompt = Prompt,
        Inputs = Inputs,
        Sampling = Sampling,
        Stop = stop,
        OnToken = onToken,
    };

    /// <summary>Folder of the tokenizer's files; null where tokens are shown as numbers.</summary>
    public string? Tokenizer => _model?.HasTokenizer == true ? System.IO.Path.GetFullPath(_model.Path) : null;

    /// <summary>Collects tokens, as text where the model has a tokenizer.</summary>
    public TokenText NewText() => new(_model?.HasTokenizer == true ? _model.Tokenizer : null);

    public void Dispose() => Program.Dispose();

    private static LoadedProgram OpenCompiled(ModelPackage model, RunInputs inputs, DataFolder data, CancellationToken stop)
    {
        using var progress = new ProgressLine();
        BoundProgram program = CompiledFolder.Bind(model, data, progress, stop);
        try
        {
            ImmutableArray<string> names = [.. model.Description.Inputs.Select(static i => i.Name)];
            string[] given = inputs.Inputs;
            if (model.Description.Decoder is not null && !given.Any(static g => g.StartsWith("limit=", StringComparison.Ordinal)))
            {
                given = [.. given, $"limit={MostTokens}"];
            }

            string text = "";
            bool named = given.Length >= program.Module.Inputs.Length && inputs.Prompt is null;
            ImmutableArray<int> prompt = named || program.Module.Inputs.IsEmpty ? [] : Tokens(program.Verified, null, inputs.Prompt, out text);
            return new LoadedProgram(program, null, model.Folder)
            {
                Published = model.HasWeights ? (model.ManifestPath, model.PublisherPath) : null,
                Compiled = model,
                Prompt = prompt,
                PromptText = text,
                Inputs = InputText.Read(program.Module, given, prompt, names),
                Sampling = inputs.Sampling,
            };
        }
        catch (CliException)
        {
            program.Dispose();
            throw;
        }
    }

    private static BoundProgram Bare(string path)
    {
        VerifiedModule verified = ModuleFile.Load(path);
        return BoundProgram.TryBind(verified, null, out BoundProgram? program, out MachineFault fault)
            ? program
            : throw CliException.Refused($"{fault.Describe(verified.Module)} Name the model's folder instead of the module.");
    }

    private static ImmutableArray<int> Tokens(VerifiedModule program, ModelFolder? model, string? given, out string text)
    {
        text = given is not null && given.Length < 1024 && File.Exists(given) ? File.ReadAllText(given) : given ?? "";
        if (program.Module.Inputs.IsEmpty)
        {
            return given is null ? [] : throw CliException.Usage("This program takes no prompt.");
        }

        if (text.Length == 0)
        {
            throw CliException.Usage($"This program needs {(program.Module.Inputs.All(static one => one.Type.Element == Isa.DType.I32) ? "a prompt: --prompt TEXT, or --prompt FILE" : $"inputs: {string.Join(", ", program.Module.Inputs.Select((one, i) => $"--input {program.Module.InputName(i)}=… ({one.Type.Describe(program.Module)})"))}")}.");
        }

        ImmutableArray<int> tokens = model?.HasTokenizer == true
            ? model.Tokenizer.EncodePrompt(text.EndsWith('\n') ? text : text + "\n")
            : [.. text.Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(static word =>
                int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                    ? id
                    : throw CliException.Usage($"Without a tokenizer a prompt is a list of token numbers; '{word}' is none."))];
        int most = program.Module.Inputs[0].Type.Shape.Where(static d => d.IsSymbol).Select(d => program.Module.Symbols[d.Symbol].Max).FirstOrDefault(int.MaxValue);
        return tokens.Length <= most
            ? tokens
            : throw CliException.Refused($"The prompt has {tokens.Length} tokens; this program takes {most} at most. Shorten it, or condense it in parts.");
    }
}
