using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Orders;
using PomIsa.Disputes.Traces;
using PomIsa.Disputes.Values;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Evidence.Keys;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;

namespace PomIsa.Disputes.Protocol;

/// <summary>One run of a log that a party answers for.</summary>
/// <param name="First">Index of its opening record.</param>
/// <param name="Records">How many it has.</param>
/// <param name="Run">How it is executed.</param>
public sealed record AnsweredRun(ulong First, ulong Records, OwnRun Run);

/// <summary>Answers questions about what a party's runs put out.</summary>
public sealed class RunAnswers
{
    /// <summary>Longest question that is looked at, in bytes.</summary>
    public const int MaxQuestionBytes = 1 << 16;

    /// <summary>Longest answer, in bytes.</summary>
    public const int MaxAnswerBytes = 1 << 20;

    private readonly WorkerPool _pool;
    private readonly (AnsweredRun Run, ValueParty Party)[] _runs;

    /// <param name="log">The party's log.</param>
    /// <param name="runs">Its runs.</param>
    /// <param name="key">Signs what has to be signed.</param>
    /// <param name="pool">Threads to execute runs with.</param>
    public RunAnswers(IDisputedLog log, IEnumerable<AnsweredRun> runs, LogKey key, WorkerPool pool) =>
        (_pool, _runs) = (pool, [.. runs.Select(run => (run, new ValueParty(run.Run.Program, run.Run.Request, Digest.Of(log.Entry(run.First)), run.First, run.Records, index => Flow(log, run, index), key, pool)))]);

    /// <summary>The answer; empty where there is none.</summary>
    /// <param name="question">Anyone's bytes.</param>
    public byte[] Answer(ReadOnlySpan<byte> question)
    {
        if (ResponseProof.TryReadQuestion(question, out ulong closing))
        {
            return Response(closing);
        }

        if (question.Length <= MaxQuestionBytes && Question.TryParse(question, out Question? asked))
        {
            foreach ((AnsweredRun run, ValueParty party) in _runs)
            {
                if (asked.Index > run.First && asked.Index - run.First < run.Records)
                {
                    return party.Answer(question) is { Length: <= MaxAnswerBytes } answer ? answer : [];
                }
            }
        }

        return [];
    }

    private byte[] Response(ulong closing)
    {
        foreach ((AnsweredRun run, _) in _runs)
        {
            if (closing > run.First && closing - run.First == run.Records - 1 && MachineRun.TryExecutePlain(run.Run.Program, run.Run.Request, _pool, out RunOutcome? outcome, out _))
            {
                return ResponseProof.ToBytes(outcome.Tokens.AsSpan());
            }
        }

        return [];
    }

    private static IRunFlow? Flow(IDisputedLog log, AnsweredRun run, ulong index)
    {
        byte[] opening = log.Entry(run.First);
        var records = new ProvenRecords([(run.First, opening), (index, log.Entry(index))]);
        return OrderProof.Follow(log, run.Run.Program.Verified, run.First, index, Digest.Of(opening), ref records, untilOne: true).Flow;
    }
}
