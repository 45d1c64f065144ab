using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Cli.Models;
using PomIsa.Isa.Verification;
using PomIsa.Machine;

namespace PomIsa.Cli.Runs;

/// <summary>A program as the user named it, ready to run, and the prompt for it.</summary>
internal sealed class LoadedProgram : IDisposable
{
    private readonly ModelFolder? _model;
    private readonly string _track;

    private LoadedProgram(BoundProgram program, ModelFolder? model, string track, string path)
    {
        (Program, _model, _track, Path) = (program, model, track, path);
        PromptText = "";
    }

    public BoundProgram Program { get; }

    /// <summary>Folder or file that it came from.</summary>
    public string Path { get; }

    public ImmutableArray<int> Prompt { get; private init; } = [];

    public string PromptText { get; private init; }

    /// <summary>Where manifest and publisher key of its weights lie; null for a program without weights.</summary>
    public (string Manifest, string Publisher)? Published =>
        _model is null ? null : (System.IO.Path.Combine(_model.Weights(_track), "model.sig"), _model.PublisherPath);

    /// <summary>Opens a module, a source or a model's folder.</summary>
    /// <param name="what">Its path.</param>
    /// <param name="prompt">A text, or a file that holds it; null where none was given.</param>
    /// <param name="track">Which of a model's weights.</param>
    /// <param name="data">Has the store that a model's weights are read from.</param>
    public static LoadedProgram Open(string what, string? prompt, string track, DataFolder data)
    {
        ModelFolder? model = Directory.Exists(what) ? ModelFolder.At(what) : null;
        BoundProgram program = model is null ? Bare(what) : model.Open(track, data);
        try
        {
            return new LoadedProgram(program, model, track, what)
            {
                Prompt = Tokens(program.Verified, model, prompt, out string text),
                PromptText = text,
            };
        }
        catch (CliException)
        {
            program.Dispose();
            throw;
        }
    }

    /// <summary>What the machine is given for a run that leaves no evidence.</summary>
    public RunRequest Request(Action<int>? onToken, CancellationToken stop) => new() { Prompt = Prompt, Stop = stop, OnToken = onToken };

    /// <summary>Collects tokens, as text where the model has a tokenizer.</summary>
    public TokenText NewText() => new(_model?.HasTokenizer == true ? _model.Tokenizer : null);

    public void Dispose() => Program.Dispose();

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
            throw CliException.Usage("This program needs a prompt: --prompt TEXT, or --prompt FILE.");
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
