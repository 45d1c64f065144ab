using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
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
        Digest run, Function step, int function, IReadOnlyList<StepCall> calls, WideOutputs outputs, IReadOnlyList<byte[]> entries, RunPrivacy? privacy, bool[] salts, WorkerPool pool)
    {
        _equal = new bool[calls.Count];
        var hidden = new PrivateRecords[privacy is null ? 0 : pool.Threads];
        for (int i = 0; i < hidden.Length; i++)
        {
            hidden[i] = new PrivateRecords(privacy!);
        }

        pool.Run(calls.Count, new CallWork(run, step, function, calls, outputs, entries, hidden, salts, _equal));
    }

    /// <summary>Whether all records of a call but the first equal the recorded ones, if the call's own record has this number and the step this one.</summary>
    public bool Covers(int call, StepCall told, ulong sequence, uint step) => _equal[call] && sequence == (ulong)told.First - 1 && step == call + 1;

    private readonly struct CallWork(
        Digest run,
        Function step,
        int function,
        IReadOnlyList<StepCall> calls,
        WideOutputs outputs,
        IReadOnlyList<byte[]> entries,
        PrivateRecords[] hidden,
        bool[] salts,
        bool[] equal) : IWork
    {
        public void Item(int item, int worker)
        {
            Span<byte> entry = stackalloc byte[RecordWriter.PrivateRetireBytes(0, byte.MaxValue)];
            ReadOnlySpan<Instruction> body = step.Body.AsSpan();
            int first = calls[item].First;
            if (entries.Count - first < body.Length)
            {
                return;
            }

            PrivateRecords? own = hidden.Length == 0 ? null : hidden[worker];
            if (own is not null)
            {
                Hide(own, item, first);
            }

            for (int at = 1; at < body.Length; at++)
            {
                var head = new RetireHead(run, (ulong)(first + at), (uint)(item + 1), (ushort)function, (uint)at, body[at].Row.Code);
                ReadOnlySpan<Digest> commitments = outputs.Commitments(at, item);
                int length = own is null
                    ? RecordWriter.WriteRetire(entry, head, [], commitments)
                    : own.Write(entry, head, [], commitments, salts[at] ? commitments.Length : 0, areScalars: false, emits: false);
                if (!entry[..length].SequenceEqual(entries[first + at]))
                {
                    return;
                }
            }

            equal[item] = true;
        }

        // How many tokens came before, the call's first record says: the driver compares that one.
        private void Hide(PrivateRecords own, int item, int first)
        {
            own.StartAt(Record.TryDecode(entries[first], out Record record, out _) && record is Retire retire ? retire.Head.Tokens : 0);
            for (int at = 1; at < salts.Length; at++)
            {
                own.Add((ulong)(first + at), salts[at] ? outputs.Commitments(at, item) : []);
            }

            own.Salt(between: null);
        }
    }
}
