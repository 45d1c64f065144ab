using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using PomIsa.Evidence.Records;
using PomIsa.Files;
using PomIsa.Isa;
using PomIsa.Machine;

namespace PomIsa.Cli.Runs;

/// <summary>What an observer must be told about one machine run, beside its records: the prompt and what opens its commitment.</summary>
internal sealed record RunEntry
{
    public required string Run { get; init; }

    public required ulong FirstIndex { get; init; }

    public required ulong Records { get; init; }

    /// <summary>Digest of the order that started it; zeros for a run that a person started.</summary>
    public required string Trigger { get; init; }

    /// <summary>32 bytes in hex.</summary>
    public required string Salt { get; init; }

    public required ImmutableArray<int> Prompt { get; init; }

    public string PromptText { get; init; } = "";

    public string Response { get; init; } = "";

    /// <summary>A tensor for each of the program's inputs; empty where each is the prompt.</summary>
    public ImmutableArray<GivenInput> Inputs { get; init; } = [];

    /// <summary>How tokens were drawn; null where they were not.</summary>
    public GivenSampling? Sampling { get; init; }

    /// <summary>For a run that was ended early: how many instructions it executed. Null for all others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? StoppedAfter { get; init; }

    /// <summary>Time that the run took with its evidence, loading of the weights left aside; null where it was not noted. Nothing is judged by it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Seconds { get; init; }

    /// <summary>The entry of a run that begins, for a machine that is given this.</summary>
    public static RunEntry Of(RunRequest request) => new()
    {
        Run = default(Digest).ToString(),
        FirstIndex = 0,
        Records = 0,
        Trigger = request.Trigger.ToString(),
        Salt = Convert.ToHexStringLower([.. request.Salt]),
        Prompt = request.Prompt,
        Inputs = [.. request.Inputs.Select(GivenInput.Of)],
        Sampling = GivenSampling.Of(request.Sampling),
    };

    /// <summary>The same run after its end.</summary>
    public RunEntry Ended(RunOutcome outcome, string response) => this with
    {
        Run = outcome.RunId.ToString(),
        FirstIndex = outcome.FirstIndex,
        Records = outcome.Records,
        StoppedAfter = outcome.Status == RunStatus.Abandoned ? outcome.Retired : null,
        Seconds = outcome.RecordedBefore == 0 ? outcome.Elapsed.TotalSeconds : null, // of a run that was taken up nobody has looked at the clock
        Response = response,
    };

    /// <summary>What the machine was given.</summary>
    public RunRequest ToRequest() => new()
    {
        StopAfter = StoppedAfter,
        ClosesWhenStopped = StoppedAfter is not null,
        Prompt = Prompt,
        Inputs = [.. Inputs.Select(static one => one.ToTensor())],
        Sampling = Sampling?.ToParameters() ?? SamplingParameters.Greedy,
        Salt = [.. Convert.FromHexString(Salt)],
        Trigger = Digest.Parse(Trigger),
    };

    internal bool IsSound => Digest.TryParse(Run, out _) && Digest.TryParse(Trigger, out _) && Digest.TryParse(Salt, out _) && !Prompt.IsDefault
        && !Inputs.IsDefault && Inputs.All(static one => one is { IsSound: true }) && Sampling is null or { IsSound: true } && Seconds is null or (> 0 and < double.PositiveInfinity);
}

/// <summary>An input tensor: its elements' bytes in hex, row-major.</summary>
internal sealed record GivenInput(string Dtype, ImmutableArray<int> Shape, string Bytes)
{
    internal bool IsSound => Dtype is not null && DTypes.TryParse(Dtype, out DType type) && DTypes.IsComputed(type) && !Shape.IsDefault
        && Bytes is { Length: var length } && length % 2 == 0 && Bytes.All(char.IsAsciiHexDigit);

    public static GivenInput Of(InputTensor tensor) => new(DTypes.NameOf(tensor.Element), tensor.Shape, Convert.ToHexStringLower([.. tensor.Bytes]));

    public InputTensor ToTensor() => new(
        DTypes.TryParse(Dtype, out DType element) ? element : throw new InvalidDataException($"'{Dtype}' is no element type."),
        Shape,
        [.. Convert.FromHexString(Bytes)]);
}

/// <summary>Parameters of drawn tokens; f32 as their bits.</summary>
internal sealed record GivenSampling(ulong Seed, uint TemperatureBits, uint TopPBits, uint TopK)
{
    internal bool IsSound => ToParameters().IsCanonical;

    public static GivenSampling? Of(SamplingParameters given) =>
        given.Kind == SamplingKind.Greedy ? null : new(given.Seed, given.TemperatureBits, given.TopPBits, given.TopK);

    public SamplingParameters ToParameters() => new(SamplingKind.Drawn, Seed, TemperatureBits, TopPBits, TopK);
}

/// <summary>run.json of a run folder: everything here is a claim that verification tests.</summary>
internal sealed record RunDescription
{
    public const string FileName = "run.json";

    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        MaxDepth = 16,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>demo, run or generate.</summary>
    public required string Kind { get; init; }

    public required string Program { get; init; }

    /// <summary>Root digest of the weights; zeros for a program without weights.</summary>
    public required string Weights { get; init; }

    /// <summary>SHA-256 of the files by which the prompt's text became tokens and tokens the answer's; null where the run was given tokens.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, string>? Tokenizer { get; init; }

    /// <summary>Digest of the votes, of a demo; empty otherwise.</summary>
    public string Votes { get; init; } = "";

    /// <summary>Random bytes in hex, drawn once, that the runs' salts are made of.</summary>
    public required string Salt { get; init; }

    public bool Finished { get; init; }

    /// <summary>The run under way, or the one that was cut off; null between runs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BegunRun? Begun { get; init; }

    public ImmutableArray<RunEntry> Runs { get; init; } = [];

    private bool IsSound => IsHex(Program) && IsHex(Weights) && IsHex(Salt) && !Runs.IsDefault
        && Runs.All(static r => r is { IsSound: true }) && (Begun is null || Begun.IsSound);

    /// <summary>Reads the description of a run folder.</summary>
    /// <exception cref="InvalidDataException">It is not one.</exception>
    public static RunDescription Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            RunDescription read = JsonSerializer.Deserialize<RunDescription>(File.ReadAllBytes(path), Form)
                ?? throw new InvalidDataException($"{path} is empty.");
            return read.IsSound ? read : throw new InvalidDataException($"{path} has a digest or a salt that is not 64 hexadecimal digits.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} does not describe a run: {e.Message}", e);
        }
    }

    private static bool IsHex(string? text) => Digest.TryParse(text, out _);

    public void Save(string folder) => AtomicFile.Write(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, Form));
}
