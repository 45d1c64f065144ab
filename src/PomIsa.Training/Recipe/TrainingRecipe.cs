using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using PomIsa.Training.Model;

namespace PomIsa.Training.Recipe;

/// <summary>From <paramref name="Step"/> on, windows hold at most <paramref name="Proposals"/> proposals.</summary>
public sealed record CurriculumStage(int Step, int Proposals);

/// <summary>All that decides the weights: the same recipe gives the same bits on any machine with any number of threads.</summary>
public sealed record TrainingRecipe
{
    /// <summary>Sizes of the model; the vocabulary must be the tokenizer's.</summary>
    public required DecoderShape Shape { get; init; }

    /// <summary>Seed of the first weights and of the training windows.</summary>
    public required ulong Seed { get; init; }

    /// <summary>A batch is full when it holds at least this many tokens.</summary>
    public required int BatchTokens { get; init; }

    /// <summary>Optimizer steps.</summary>
    public required int Steps { get; init; }

    /// <summary>The rate rises over the first steps, stays, and falls linearly to 0 over the last ones.</summary>
    public required int WarmupSteps { get; init; }

    /// <summary>Steps of the fall.</summary>
    public required int DecaySteps { get; init; }

    /// <summary>Largest learning rate.</summary>
    public required float Rate { get; init; }

    /// <summary>AdamW's weight decay, on matrices only.</summary>
    public required float WeightDecay { get; init; }

    /// <summary>Sizes of windows over time, ascending, beginning at step 0.</summary>
    public required ImmutableArray<CurriculumStage> Curriculum { get; init; }

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        MaxDepth = 8,
    };

    /// <summary>Learning rate of a step, counted from 0.</summary>
    public float RateAt(int step)
    {
        float up = Math.Min(1f, (step + 1f) / WarmupSteps);
        float down = Math.Min(1f, (float)(Steps - step) / DecaySteps);
        return Rate * up * down;
    }

    /// <summary>Most proposals in a window at a step.</summary>
    public int ProposalsAt(int step) => Curriculum.Last(s => s.Step <= step).Proposals;

    /// <summary>What a checkpoint must share with the recipe that goes on from it: everything but the length and the fall, which it has not reached.</summary>
    [JsonIgnore]
    public Digest Identity =>
        Digest.Of(JsonSerializer.SerializeToUtf8Bytes(this with { Steps = 1, DecaySteps = 1 }, Json));

    /// <summary>Reads a recipe.</summary>
    /// <exception cref="InvalidDataException">Not a recipe, or one that can't be followed.</exception>
    public static TrainingRecipe Load(string path)
    {
        TrainingRecipe recipe;
        try
        {
            recipe = JsonSerializer.Deserialize<TrainingRecipe>(File.ReadAllBytes(path), Json)
                ?? throw new InvalidDataException($"{path}: the recipe is empty.");
            recipe.Shape.Check();
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }

        bool sound = recipe.Steps > 0 && recipe.WarmupSteps > 0 && recipe.DecaySteps > 0 && recipe.BatchTokens is >= 64 and <= 65536
            && !recipe.Curriculum.IsDefaultOrEmpty && recipe.Curriculum[0].Step == 0
            && recipe.Curriculum.All(s => s.Proposals is >= 1 and <= Corpus.VoteWindow.MaxProposals);
        return sound ? recipe : throw new InvalidDataException($"{path}: steps, batch size or curriculum are out of range.");
    }
}
