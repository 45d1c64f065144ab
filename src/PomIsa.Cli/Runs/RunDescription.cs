using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

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

    /// <summary>demo or run.</summary>
    public required string Kind { get; init; }

    public required string Program { get; init; }

    /// <summary>Root digest of the weights; zeros for a program without weights.</summary>
    public required string Weights { get; init; }

    /// <summary>Digest of the votes, of a demo; empty otherwise.</summary>
    public string Votes { get; init; } = "";

    /// <summary>Random bytes in hex, drawn once, that the runs' salts are made of.</summary>
    public required string Salt { get; init; }

    public bool Finished { get; init; }

    public ImmutableArray<RunEntry> Runs { get; init; } = [];

    private bool IsSound => IsHex(Program) && IsHex(Weights) && IsHex(Salt) && !Runs.IsDefault
        && Runs.All(static r => r is not null && IsHex(r.Run) && IsHex(r.Trigger) && IsHex(r.Salt) && !r.Prompt.IsDefault);

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

    public void Save(string folder) => Models.ModuleFile.Write(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, Form));
}
