using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using PomIsa.Cli.Models;
using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Packaging.Models;
using PomIsa.Text;
using PomIsa.Text.Templates;
using PomIsa.Text.Tokens;

namespace PomIsa.Cli.Generating;

/// <summary>A model that continues text: its program with weights, and its tokenizer's files.</summary>
internal sealed class TextModel : IDisposable
{
    private readonly Lazy<ChatTemplate?> _template;

    private TextModel(BoundProgram program, ITokenizer tokenizer, TokenizerConfig config, string files)
    {
        (Program, Tokenizer, Config, TokenizerFiles) = (program, tokenizer, config, files);
        _template = new Lazy<ChatTemplate?>(() => config.ChatTemplate is { } source ? Parse(source) : null);
    }

    public BoundProgram Program { get; }

    public ITokenizer Tokenizer { get; }

    public TokenizerConfig Config { get; }

    /// <summary>How a conversation is written for it; null where its files have no template.</summary>
    /// <exception cref="CliException">They have one that can't be read.</exception>
    public ChatTemplate? Template => _template.Value;

    /// <summary>The folder of the tokenizer's files.</summary>
    public string TokenizerFiles { get; }

    public required string Name { get; init; }

    /// <summary>Most tokens of prompt and answer together.</summary>
    public required int Context { get; init; }

    /// <summary>Tokens that come behind each prompt.</summary>
    public ImmutableArray<int> PromptEnd { get; private init; } = [];

    /// <summary>Where manifest and publisher key of the weights lie; null for a program without weights.</summary>
    public (string Manifest, string Publisher)? Published { get; private init; }

    /// <summary>Whether the program takes the answer's greatest length as its second input.</summary>
    public bool TakesLimit => Program.Module.Inputs.Length == 2;

    /// <summary>Opens a compiled model's folder, or the folder of a model like the example.</summary>
    /// <exception cref="CliException">It is none, or a part of it is refused.</exception>
    /// <exception cref="InvalidDataException">Description or tokenizer are not sound.</exception>
    public static TextModel Open(string folder, string track, DataFolder data, CancellationToken stop)
    {
        if (!Directory.Exists(folder))
        {
            throw CliException.Usage($"There is no folder {folder}. It is made by: pomisa compile MODEL -o {folder}");
        }

        return ModelPackage.TryOpen(folder, out ModelPackage? compiled) ? OpenCompiled(compiled, data, stop) : OpenExample(ModelFolder.At(folder), track, data);
    }

    /// <summary>SHA-256 of each of the tokenizer's files that text goes through.</summary>
    public SortedDictionary<string, string> TokenizerDigests()
    {
        var digests = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in TokenizerFolder.FileNames)
        {
            string path = Path.Combine(TokenizerFiles, name);
            if (File.Exists(path))
            {
                using FileStream file = File.OpenRead(path);
                digests.Add(name, Convert.ToHexStringLower(SHA256.HashData(file)));
            }
        }

        return digests;
    }

    public void Dispose() => Program.Dispose();

    private static TextModel OpenCompiled(ModelPackage model, DataFolder data, CancellationToken stop)
    {
        if (model.Description.Decoder is not { } decoder)
        {
            throw CliException.Usage($"{model.Folder} is a function from tensors to tensors, not a model that continues text. Run it with: pomisa run {Path.GetRelativePath(".", model.Folder)}");
        }

        if (!TokenizerFolder.Exists(model.TokenizerPath))
        {
            throw CliException.Usage($"{model.Folder} has no tokenizer. Put its files (tokenizer.json or tokenizer.model) beside the source and compile again, or give token numbers: pomisa run {Path.GetRelativePath(".", model.Folder)} --prompt \"1 2 3\"");
        }

        var config = TokenizerConfig.Load(model.TokenizerPath);
        ITokenizer tokenizer = TokenizerFolder.Load(model.TokenizerPath, config);
        using var progress = new ProgressLine();
        BoundProgram program = CompiledFolder.Bind(model, data, progress, stop);
        if (program.Module.Inputs.Length != 2 || program.Module.Inputs.Any(static one => one.Type.Element != DType.I32))
        {
            program.Dispose();
            throw CliException.Refused($"{model.ModulePath} does not take a prompt and a limit, as the program of a decoder does.");
        }

        return new TextModel(program, tokenizer, config, model.TokenizerPath)
        {
            Name = model.Description.Name,
            Context = Math.Min(decoder.Context, MostTokens(program)),
            Published = model.HasWeights ? (model.ManifestPath, model.PublisherPath) : null,
        };
    }

    /// <summary>The example condenses what it is given: a prompt ends with the token that asks for it.</summary>
    private static TextModel OpenExample(ModelFolder model, string track, DataFolder data)
    {
        if (!model.HasTokenizer)
        {
            throw CliException.Usage($"{model.Path} is no compiled model: it has neither {ModelDescription.FileName} nor a tokenizer. Make one with: pomisa compile MODEL -o DIR");
        }

        ITokenizer tokenizer = TokenizerJson.Load(Path.Combine(model.Path, TokenizerJson.FileName));
        BoundProgram program = model.Open(track, data);
        return new TextModel(program, tokenizer, TokenizerConfig.Load(model.Path), model.Path)
        {
            Name = model.Name,
            Context = MostTokens(program),
            PromptEnd = [.. tokenizer.Encode("\n", special: false), model.Tokenizer.Summary],
            Published = (Path.Combine(model.Weights(track), "model.sig"), model.PublisherPath),
        };
    }

    private static ChatTemplate Parse(string source)
    {
        try
        {
            return ChatTemplate.Parse(source);
        }
        catch (TemplateException e)
        {
            throw CliException.Refused(e.Message + " With --raw the prompt is taken as it is.");
        }
    }

    private static int MostTokens(BoundProgram program)
    {
        TensorType prompt = program.Module.Inputs[0].Type;
        return prompt.Shape is [{ IsSymbol: true } rows]
            ? (int)Math.Min(program.Module.Symbols[rows.Symbol].Max, int.MaxValue)
            : throw CliException.Refused(string.Create(CultureInfo.InvariantCulture, $"The program's first input is {prompt.Describe(program.Module)}, which is no list of tokens."));
    }
}
