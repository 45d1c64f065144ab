using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using PomIsa.Evidence.Privacy;
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
    public ulong? StoppedAfter { get; init; }

    /// <summary>Time that the run took with its evidence, loading of the weights left aside; null where it was not noted. Nothing is judged by it.</summary>
    public double? Seconds { get; init; }

    /// <summary>Of a private run: the scalars of its records, which the log does not tell: i64, little-endian, in base64. In <see cref="RunDescription.PrivateName"/> alone.</summary>
    public string? Scalars { get; init; }

    /// <summary>What makes the run private, where its secret is at hand.</summary>
    public RunPrivacy? Privacy { get; init; }

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
        Privacy = request.Privacy,
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
        Scalars = Privacy is null ? null : Convert.ToBase64String(MemoryMarshal.AsBytes(outcome.Scalars.AsSpan())),
    };

    /// <summary>What anyone may know of a private run.</summary>
    public RunEntry Published() => this with { Salt = default(Digest).ToString(), Prompt = [], PromptText = "", Response = "", Inputs = [], Scalars = null };

    /// <summary>The scalars as numbers.</summary>
    public ImmutableArray<long> ScalarValues() => Scalars is null ? [] : [.. MemoryMarshal.Cast<byte, long>(Convert.FromBase64String(Scalars))];

    /// <summary>What the machine was given.</summary>
    public RunRequest ToRequest() => new()
    {
        StopAfter = StoppedAfter,
        ClosesWhenStopped = StoppedAfter is not null,
        Prompt = Prompt,
        Inputs = Inputs.IsEmpty ? [] : [.. Inputs.Select(static one => one.ToTensor())],
        Sampling = Sampling?.ToParameters() ?? SamplingParameters.Greedy,
        Salt = ImmutableCollectionsMarshal.AsImmutableArray(Digest.Parse(Salt).ToArray()),
        Trigger = Digest.Parse(Trigger),
        Privacy = Privacy is null ? null : Privacy with { ToldScalars = ScalarValues() },
    };

    // A plain loop, as what is here begins every verification: a query's code would have to be compiled first.
    private static bool AreSound(ImmutableArray<GivenInput> inputs)
    {
        foreach (GivenInput input in inputs)
        {
            if (input is not { IsSound: true })
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreScalars(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int written) && written % sizeof(long) == 0;
    }

    internal bool IsSound => Digest.TryParse(Run, out _) && Digest.TryParse(Trigger, out _) && Digest.TryParse(Salt, out _) && !Prompt.IsDefault
        && !Inputs.IsDefault && AreSound(Inputs) && Sampling is null or { IsSound: true } && Seconds is null or (> 0 and < double.PositiveInfinity)
        && (Scalars is null || AreScalars(Scalars));
}

/// <summary>An input tensor: its elements' bytes in hex, row-major.</summary>
internal sealed record GivenInput(string Dtype, ImmutableArray<int> Shape, string Bytes)
{
    internal bool IsSound => Dtype is not null && DTypes.TryParse(Dtype, out DType type) && DTypes.IsComputed(type) && !Shape.IsDefault
        && Bytes is not null && TryBytes(Bytes, out _);

    public static GivenInput Of(InputTensor tensor) => new(DTypes.NameOf(tensor.Element), tensor.Shape, Convert.ToHexStringLower([.. tensor.Bytes]));

    public InputTensor ToTensor() => new(
        DTypes.TryParse(Dtype, out DType element) ? element : throw new InvalidDataException($"'{Dtype}' is no element type."),
        Shape,
        TryBytes(Bytes, out byte[] bytes) ? ImmutableCollectionsMarshal.AsImmutableArray(bytes) : throw new InvalidDataException("An input's bytes are hexadecimal digits, two of them each."));

    private static bool TryBytes(string hex, out byte[] bytes)
    {
        bytes = new byte[hex.Length / 2];
        return Hex.TryParse(hex, bytes);
    }
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

    /// <summary>Of a private run, the same with what only its owner may know; mode 600. <see cref="FileName"/> lacks that then.</summary>
    public const string PrivateName = "private.json";

    /// <summary>demo, run or generate.</summary>
    public required string Kind { get; init; }

    public required string Program { get; init; }

    /// <summary>Root digest of the weights; zeros for a program without weights.</summary>
    public required string Weights { get; init; }

    /// <summary>SHA-256 of the files by which the prompt's text became tokens and tokens the answer's; null where the run was given tokens.</summary>
    public SortedDictionary<string, string>? Tokenizer { get; init; }

    /// <summary>Digest of the votes, of a demo; empty otherwise.</summary>
    public string Votes { get; init; } = "";

    /// <summary>Random bytes in hex, drawn once, that the runs' salts are made of.</summary>
    public required string Salt { get; init; }

    /// <summary>What of a private run is under salt: tokens or all; null for one that anyone can read.</summary>
    public string? Private { get; init; }

    /// <summary>Of a private run, in <see cref="PrivateName"/> alone: what its salts are made of.</summary>
    public RunSecret? Secret { get; init; }

    public bool Finished { get; init; }

    /// <summary>The run under way, or the one that was cut off; null between runs.</summary>
    public BegunRun? Begun { get; init; }

    public ImmutableArray<RunEntry> Runs { get; init; } = [];

    private bool IsSound => IsHex(Program) && IsHex(Weights) && IsHex(Salt) && !Runs.IsDefault
        && AreSound(Runs) && (Begun is null || Begun.IsSound)
        && (Private is null or Tokens or All) && (Secret is null || (Private is not null && Runs.Length <= 1)); // another run would have the same salts

    private static bool AreSound(ImmutableArray<RunEntry> runs)
    {
        foreach (RunEntry run in runs)
        {
            if (run is not { IsSound: true })
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What makes the folder's run private; null for one that anyone can read, and where the secret is not at hand.</summary>
    public RunPrivacy? Privacy => Secret is null ? null : new RunPrivacy(Private == All ? PrivacyMode.All : PrivacyMode.Tokens, Secret);

    /// <summary>How <see cref="Private"/> names a mode.</summary>
    public static string? NameOf(PrivacyMode mode) => mode switch
    {
        PrivacyMode.Tokens => Tokens,
        PrivacyMode.All => All,
        _ => null,
    };

    /// <summary>Reads the description of a run folder, all of it where that is at hand.</summary>
    /// <exception cref="InvalidDataException">It is not one.</exception>
    public static RunDescription Load(string folder)
    {
        string path = Path.Combine(folder, PrivateName);
        path = File.Exists(path) ? path : Path.Combine(folder, FileName);
        try
        {
            RunDescription read = RunForm.Read(File.ReadAllBytes(path));
            return read.IsSound
                ? read.Privacy is { } privacy ? read.With(privacy) : read
                : throw new InvalidDataException($"{path} has a digest or a salt that is not 64 hexadecimal digits, or does not fit together.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} does not describe a run: {e.Message}", e);
        }
    }

    private RunDescription With(RunPrivacy privacy) => this with
    {
        Runs = [.. Runs.Select(run => run with { Privacy = privacy })],
        Begun = Begun is null ? null : Begun with { Entry = Begun.Entry with { Privacy = privacy } },
    };

    private static bool IsHex(string? text) => Digest.TryParse(text, out _);

    /// <summary>Writes it; of a private run what anyone may know, and all of it in a file of mode 600.</summary>
    public void Save(string folder)
    {
        RunDescription shown = this;
        if (Secret is not null)
        {
            SecretFile.Replace(Path.Combine(folder, PrivateName), RunForm.Write(this));
            shown = this with { Salt = default(Digest).ToString(), Secret = null, Begun = null, Runs = [.. Runs.Select(static run => run.Published())] };
        }

        AtomicFile.Write(Path.Combine(folder, FileName), RunForm.Write(shown));
    }

    private const string Tokens = "tokens", All = "all";
}
