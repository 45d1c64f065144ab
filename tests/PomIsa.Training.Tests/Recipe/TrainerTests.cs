using System.Collections.Immutable;
using System.Text.RegularExpressions;
using PomIsa.Kernels;
using PomIsa.Training.Model;
using PomIsa.Training.Recipe;
using PomIsa.Training.Tokens;

namespace PomIsa.Training.Tests.Recipe;

/// <summary>A tiny recipe, trained for its first steps: its weights have one digest, whatever runs it.</summary>
public sealed class TrainerTests
{
    /// <summary>Weights after six steps. It changes only with the arithmetic, the corpus or the recipe: never by itself.</summary>
    private const string Digest6 = "fe0402e7ef8a77992bfc7077f3e28bea86bd3ac0ba395997e95b9160e822a7b6";

    private static readonly TextTokenizer Tokenizer = TextTokenizer.Parse(TextTokenizer.ToJson(
        BpeTrainer.Train(TrainingData.TokenizerTexts(1, 40), new Regex(TextTokenizer.WordPattern), 94)));

    private static readonly TrainingRecipe Tiny = new()
    {
        Shape = new DecoderShape(Vocabulary: 352, Dim: 32, Layers: 2, Heads: 2, KvHeads: 1, Ffn: 48, Context: 512),
        Seed = 7,
        BatchTokens = 700,
        Steps = 8,
        WarmupSteps = 3,
        DecaySteps = 2,
        Rate = 0.003f,
        WeightDecay = 0.05f,
        Curriculum = [new CurriculumStage(0, 1), new CurriculumStage(3, 3)],
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_first_steps_give_the_same_weights_with_any_number_of_threads(int threads)
    {
        using var pool = new WorkerPool(threads);
        using var trainer = new Trainer(Tiny, Tokenizer, pool);
        Advance(trainer, 6);
        Assert.True(trainer.WeightDigest.ToString() == Digest6, $"{threads} threads gave {trainer.WeightDigest}");
    }

    [Fact]
    public void A_training_that_was_killed_goes_on_with_the_same_bits()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("pomisa-train-").FullName, "checkpoint");
        using var pool = new WorkerPool(2);
        using (var first = new Trainer(Tiny, Tokenizer, pool))
        {
            Advance(first, 4);
            first.Save(path);
            Advance(first, 5); // what comes after the save is lost with the process
        }

        using var second = new Trainer(Tiny, Tokenizer, pool);
        second.Load(path);
        Assert.Equal(4, second.Steps);
        Advance(second, 6);
        Assert.Equal(Digest6, second.WeightDigest.ToString());
    }

    [Fact]
    public void The_loss_falls()
    {
        using var pool = new WorkerPool(2);
        using var trainer = new Trainer(Tiny with { Steps = 60, DecaySteps = 10, Curriculum = [new CurriculumStage(0, 1)] }, Tokenizer, pool);
        double first = trainer.Step().Loss, last = first;
        while (trainer.Steps < 60)
        {
            last = trainer.Step().Loss;
        }

        Assert.True(last < first - 1, $"{first} nats fell only to {last}");
    }

    [Fact]
    public void Every_gradient_is_the_slope_of_the_loss()
    {
        using var pool = new WorkerPool(2);
        double worst = GradientProbe.WorstDisagreement(Tiny.Shape, TrainingData.Batch(Tiny with { BatchTokens = 200 }, Tokenizer, 0), pool, 48);
        Assert.True(worst < 0.02, $"a central difference disagrees by a share of {worst}");
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("pomisa-train-").FullName, "checkpoint");
        using var pool = new WorkerPool(1);
        using var trainer = new Trainer(Tiny, Tokenizer, pool);
        trainer.Save(path);
        byte[] bytes = File.ReadAllBytes(path);
        foreach (int at in new[] { 0, 9, 20, bytes.Length / 2, bytes.Length - 1 })
        {
            bytes[at] ^= 4;
            File.WriteAllBytes(path, bytes);
            Assert.Throws<InvalidDataException>(() => trainer.Load(path));
            bytes[at] ^= 4;
        }

        File.WriteAllBytes(path, bytes[..^1]);
        Assert.Throws<InvalidDataException>(() => trainer.Load(path));
    }

    [Fact]
    public void A_checkpoint_of_another_recipe_is_refused()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("pomisa-train-").FullName, "checkpoint");
        using var pool = new WorkerPool(1);
        using (var trainer = new Trainer(Tiny, Tokenizer, pool))
        {
            trainer.Save(path);
        }

        using var longer = new Trainer(Tiny with { Steps = 20, DecaySteps = 5 }, Tokenizer, pool);
        longer.Load(path); // a longer training begins in the same way
        using var other = new Trainer(Tiny with { Seed = 8 }, Tokenizer, pool);
        Assert.Throws<InvalidDataException>(() => other.Load(path));
    }

    private static void Advance(Trainer trainer, int steps)
    {
        while (trainer.Steps < steps)
        {
            trainer.Step();
        }
    }
}
