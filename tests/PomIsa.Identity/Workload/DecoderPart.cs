using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Machine;
using PomIsa.Shards;

namespace PomIsa.Identity.Workload;

/// <summary>The synthetic decoder, twice: records of a prompt and its continuation; rows of logits of a text that is read in batches.</summary>
/// <remarks>
/// The text repeats seven tokens, W[0..6], for five times 64 positions. So that every batch reads the same text from one prompt of 64, a
/// stretch of 64 is one step of 64 rows, or one row and nine steps of seven (the prompt's last seven are W[1..6], W[0]), or 64 steps of a row.
/// </remarks>
internal static class DecoderPart
{
    private const int Stretches = 5, Stretch = 64;

    private static readonly int[] Words = [3, 171, 52, 399, 226, 90, 318];

    private static ImmutableArray<int> Prompt => [.. Enumerable.Range(0, Stretch).Select(static i => Words[i % Words.Length])];

    /// <summary>Records.</summary>
    public static (string Digest, ulong Retires) Records(SyntheticDecoder decoder, ShardStore store, Conditions conditions)
    {
        const string Driver = """
                call forward, words -> read
                commit
                tail logits, read, 1
                push 20
                loop 20
                    argmax logits
                    dup
                    emit
                    token word
                    call forward, word -> logits
                    commit
                end
            """;
        using BoundProgram program = decoder.Bind(Driver, store);
        using var hash = new RecordHash();
        ulong retires = Execution.Run(program, new RunRequest { Prompt = Prompt[..19] }, hash, conditions);
        return (hash.Finish(), retires);
    }

    /// <summary>Rows.</summary>
    public static (string Digest, ulong Retires) Rows(SyntheticDecoder decoder, ShardStore store, Conditions conditions)
    {
        string stretch = conditions.Batch switch
        {
            1 => OneWord(0) + InLoop(9, string.Concat(Enumerable.Range(1, 7).Select(static i => OneWord(i % 7)))),
            7 => OneWord(0) + InLoop(9, "call last7, words -> read7\n"),
            64 => "call forward, words -> read64\n",
            int other => throw new FormatException($"The text is read in batches of 1, 7 or 64, not {other}."),
        };
        using BoundProgram program = decoder.Bind(InLoop(Stretches, stretch), store);
        return Watcher.Run(program, new RunRequest { Prompt = Prompt }, SyntheticDecoder.Vocabulary, Stretches * Stretch, conditions);
    }

    private static string OneWord(int i) =>
        string.Create(CultureInfo.InvariantCulture, $"push {Words[i]}\ntoken word\ncall forward, word -> read1\n");

    private static string InLoop(int times, string lines) => string.Create(CultureInfo.InvariantCulture, $"push {times}\nloop {times}\n{lines}end\n");
}
