namespace PomIsa.Training.Model;

/// <summary>Sequences laid end to end, without padding; each attends within itself.</summary>
/// <param name="Tokens">All token ids.</param>
/// <param name="Starts">First row of each sequence, then the number of rows.</param>
/// <param name="TargetRows">Rows whose next token is learned: those of the summaries.</param>
/// <param name="Targets">The next token of each such row.</param>
public sealed record SequenceBatch(int[] Tokens, int[] Starts, int[] TargetRows, int[] Targets)
{
    /// <summary>Builds a batch of (prompt, completion) pairs.</summary>
    public static SequenceBatch Of(IReadOnlyList<(IReadOnlyList<int> Prompt, IReadOnlyList<int> Completion)> sequences)
    {
        var tokens = new List<int>();
        var starts = new List<int>();
        var rows = new List<int>();
        var targets = new List<int>();
        foreach ((IReadOnlyList<int> prompt, IReadOnlyList<int> completion) in sequences)
        {
            starts.Add(tokens.Count);
            tokens.AddRange(prompt);
            foreach (int token in completion)
            {
                rows.Add(tokens.Count - 1);
                targets.Add(token);
                tokens.Add(token);
            }

            tokens.RemoveAt(tokens.Count - 1); // nothing follows the last token, so it need not be read
        }

        starts.Add(tokens.Count);
        return new SequenceBatch([.. tokens], [.. starts], [.. rows], [.. targets]);
    }
}
