using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Runs;

namespace PomIsa.Audit.Wide;

/// <summary>Compares the records of the steps' instructions with the recorded ones beforehand, on all threads, as they must be if all before them are equal.</summary>
/// <remarks>
/// Of a call whose records are found equal none needs to be written again when the driver comes to it, in the place and with the number that was supposed. The first
/// of each call is left out: it may name symbols, whose values the driver gives.
/// </remarks>
internal sealed class WideComparison
{
    private readonly bool[] _equal;

    /// <param name="run">Id of the run.</param>
    /// <param name="step">The step.</param>
    /// <param name="function">Its number.</param>
    /// <param name="calls">Its calls.</param>
    /// <param name="outputs">What they computed.</param>
    /// <param name="entries">The recorded run.</param>
    /// <param name="privacy">Of a private run.</param>
    /// <param name="salts">Of a private run, by instruction: whether its commitment is under salt.</param>
    /// <param name="pool">Compares.</param>
    public WideComparison(
        Digest run, Function step, int function, IReadOnlyList<StepCall> calls, WideOutputs outputs, EntryList entries, RunPrivacy? privacy, bool[] salts, WorkerPool pool)
    {
        _equal = new bool[calls.Count];
        if (privacy is null)
        {
            pool.Run(calls.Count, new CallWork(Templates(run, step, function, outputs), calls, outputs, entries, _equal));
            return;
        }

        var writers = new RetireWriter[pool.Threads];
        for (int i = 0; i < writers.Length; i++)
        {
            writers[i] = new RetireWriter(run, new PrivateRecords(privacy));
        }

        pool.Run(calls.Count, new PrivateCallWork(step, function, calls, outputs, entries, writers, salts, _equal));
    }

    /// <summary>Whether all records of a call but the first equal the recorded ones, if the call's own record has this number and the step this one.</summary>
    public bool Covers(int call, StepCall told, ulong sequence, uint step) => _equal[call] && sequence == (ulong)told.First - 1 && step == call + 1;

    private static RetireTemplate[] Templates(Digest run, Function step, int function, WideOutputs outputs)
    {
        var templates = new RetireTemplate[step.Body.Length];
        for (int at = 0; at < templates.Length; at++)
        {
            templates[at] = new RetireTemplate(new RetireHead(run, 1, 0, (ushort)function, (uint)at, step.Body[at].Row.Code), outputs.Commitments(at, 0).Length);
        }

        return templates;
    }

    private readonly struct CallWork(RetireTemplate[] templates, IReadOnlyList<StepCall> calls, WideOutputs outputs, EntryList entries, bool[] equal) : IWork
    {
        public void Item(int item, int worker)
        {
            int first = calls[item].First, at = 1;
            if (entries.Count - first < templates.Length)
            {
                return;
            }

            while (at < templates.Length && templates[at].Matches(entries[first + at], (ulong)(first + at), (uint)(item + 1), outputs.Commitments(at, item)))
            {
                at++;
            }

            equal[item] = at == templates.Length;
        }
    }

    private readonly struct PrivateCallWork(
        Function step, int function, IReadOnlyList<StepCall> calls, WideOutputs outputs, EntryList entries, RetireWriter[] writers, bool[] salts, bool[] equal) : IWork
    {
        public void Item(int item, int worker)
        {
            int first = calls[item].First, length = step.Body.Length;
            if (entries.Count - first < length)
            {
                return;
            }

            // How many tokens came before, the call's first record says: the driver compares that one.
            RetireWriter writer = writers[worker];
            writer.StartAt(Record.TryDecode(entries[first], out Record record, out _) && record is Retire retire ? retire.Head.Tokens : 0);
            for (int at = 1; at < length; at++)
            {
                writer.Hide((ulong)(first + at), Of(item, at));
            }

            writer.Salt(between: null);
            for (int at = 1; at < length; at++)
            {
                if (!writer.Write((ulong)(first + at), Of(item, at)).SequenceEqual(entries[first + at]))
                {
                    return;
                }
            }

            equal[item] = true;
        }

        private Retired Of(int item, int at) => new()
        {
            Place = new RetirePlace((uint)(item + 1), function, at),
            Opcode = step.Body[at].Row.Code,
            Commitments = outputs.Commitments(at, item),
            Salts = salts[at],
        };
    }
}
