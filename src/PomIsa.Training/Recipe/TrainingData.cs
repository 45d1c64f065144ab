using PomIsa.Chain.Governance;
using PomIsa.Training.Corpus;
using PomIsa.Training.Model;
using PomIsa.Training.Tokens;

namespace PomIsa.Training.Recipe;

/// <summary>Windows of the corpus by number. Seeds of training and of evaluation never meet: they differ in their high half.</summary>
public static class TrainingData
{
    private const ulong TrainingDomain = 0x7261696E_00000000, EvaluationDomain = 0x6576616C_00000000, TokenizerDomain = 0x746F6B65_00000000;

    /// <summary>Window <paramref name="index"/> of the training stream.</summary>
    public static TopicalRecord[] TrainingWindow(ulong seed, ulong index, int most) => Window(TrainingDomain, seed, index, most);

    /// <summary>Window <paramref name="index"/> of an evaluation.</summary>
    public static TopicalRecord[] EvaluationWindow(ulong seed, ulong index) =>
        Window(EvaluationDomain, seed, index, VoteWindow.PromptProposals);

    /// <summary>Prompt and summary of a window as text.</summary>
    public static (string Prompt, string Summary) Text(TopicalRecord[] window) =>
        (SummaryPrompt.Of([.. window.Select(r => r.Record)]), Summary.Of(window));

    /// <summary>Texts that the tokenizer learns from.</summary>
    public static IEnumerable<string> TokenizerTexts(ulong seed, int windows)
    {
        for (ulong i = 0; i < (ulong)windows; i++)
        {
            (string prompt, string summary) = Text(Window(TokenizerDomain, seed, i, VoteWindow.MaxProposals));
            yield return prompt;
            yield return summary;
        }
    }

    /// <summary>The batch of one step: windows are numbered on from step · 2^20, until the batch is full.</summary>
    public static SequenceBatch Batch(TrainingRecipe recipe, TextTokenizer tokenizer, int step)
    {
        var sequences = new List<(IReadOnlyList<int>, IReadOnlyList<int>)>();
        int tokens = 0, most = recipe.ProposalsAt(step);
        for (ulong i = 0; tokens < recipe.BatchTokens; i++)
        {
            (string prompt, string summary) = Text(TrainingWindow(recipe.Seed, ((ulong)step << 20) + i, most));
            int[] read = [.. tokenizer.EncodePrompt(prompt)], write = [.. tokenizer.Encode(summary), tokenizer.End];
            if (read.Length + write.Length > recipe.Shape.Context)
            {
                continue;
            }

            sequences.Add((read, write));
            tokens += read.Length + write.Length;
        }

        return SequenceBatch.Of(sequences);
    }

    private static TopicalRecord[] Window(ulong domain, ulong seed, ulong index, int most)
    {
        var random = new SeededRandom(domain | (seed & 0xFFFFFFFF), index);
        return VoteWindow.Draw(ref random, most);
    }
}
