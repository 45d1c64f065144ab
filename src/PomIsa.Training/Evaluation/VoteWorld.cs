using System.Buffers;
using PomIsa.Chain.Governance;
using PomIsa.Training.Corpus;

namespace PomIsa.Training.Evaluation;

/// <summary>The example world: closed votes over some hundred blocks, calm with surges, from a seed of its own.</summary>
public static class VoteWorld
{
    /// <summary>Blocks of the stream.</summary>
    public const int Blocks = 104;

    // "demo" in the high half: neither training nor evaluation nor the tokenizer draws from this domain.
    private const ulong Domain = 0x64656D6F_00000000;
    private const long FirstId = 301;

    // Within a surge 8 to 14 votes close in every block.
    private static readonly (int From, int To)[] Surges = [(30, 34), (60, 64), (90, 94)];

    /// <summary>The votes of <paramref name="seed"/>, ids and heights ascending.</summary>
    public static IReadOnlyList<Vote> Draw(ulong seed = 1)
    {
        var random = new SeededRandom(Domain | (seed & 0xFFFFFFFF), 0);
        var votes = new List<Vote>();
        long id = FirstId;
        for (int height = 1; height <= Blocks; height++)
        {
            bool surge = Array.Exists(Surges, s => height >= s.From && height < s.To);
            int count = surge ? 8 + random.Next(7) : random.Next(3);
            for (int i = 0; i < count; i++, id++)
            {
                votes.Add(new Vote(height, VoteWindow.DrawRecord(ref random, id).Record));
            }
        }

        return votes;
    }

    /// <summary>The votes as a stream of JSON lines.</summary>
    public static byte[] Write(IReadOnlyList<Vote> votes)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (Vote vote in votes)
        {
            VoteStream.Write(output, vote);
        }

        return output.WrittenSpan.ToArray();
    }
}
