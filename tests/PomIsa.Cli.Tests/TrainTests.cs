namespace PomIsa.Cli.Tests;

public sealed class TrainTests : IDisposable
{
    private const string Recipe = """
        {
          "shape": { "vocabulary": 272, "dim": 32, "layers": 2, "heads": 2, "kvHeads": 1, "ffn": 32, "context": 1024 },
          "seed": 3, "batchTokens": 64, "steps": 4, "warmupSteps": 2, "decaySteps": 1, "rate": 0.002, "weightDecay": 0.05,
          "curriculum": [ { "step": 0, "proposals": 1 } ]
        }
        """;

    private readonly Shell _shell = new();

    public TrainTests()
    {
        Directory.CreateDirectory(_shell.Path("tiny"));
        File.WriteAllText(_shell.Path("tiny", "recipe.json"), Recipe);
    }

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void Training_in_two_parts_gives_the_same_weights_as_in_one_at_any_thread_count()
    {
        Said whole = _shell.Run("train", "tiny", "--out", "whole", "--threads", "2");
        Assert.Equal(0, whole.Code);
        Assert.True(File.Exists(_shell.Path("tiny", "tokenizer.json")));
        Assert.Equal(0, _shell.Run("train", "tiny", "--out", "parts", "--steps", "3", "--threads", "1").Code);
        Said rest = _shell.Run("train", "tiny", "--out", "parts", "--threads", "1");
        Assert.Contains("Going on from step 3", rest.Error, StringComparison.Ordinal);
        Assert.Equal(Lines(whole), Lines(rest));
        Assert.Equal(0, _shell.Run("shards", "import", "whole/weights/w8").Code);
        Assert.Contains("tiny-w8", _shell.Run("shards", "list").Out, StringComparison.Ordinal);
        Assert.Equal(0, _shell.Run("shards", "verify", "--publisher", "whole/publisher.pub").Code);
    }

    [Fact]
    public void A_recipe_that_cannot_be_followed_is_refused()
    {
        File.WriteAllText(_shell.Path("tiny", "recipe.json"), Recipe.Replace("\"dim\": 32", "\"dim\": 33", StringComparison.Ordinal));
        Said said = _shell.Run("train", "tiny").WithoutTrace();
        Assert.Equal(1, said.Code);
        Assert.Contains("recipe.json", said.Error, StringComparison.Ordinal);
    }

    private static string[] Lines(Said said) => said.Out.Split('\n')[..3];
}
