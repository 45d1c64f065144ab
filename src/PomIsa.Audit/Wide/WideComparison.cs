using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;

namespace PomIsa.Audit.Wide;

/// <summary>Compares the records of the steps' instructions with the recorded ones beforehand, on all threads, as they must be if all before them are equal.</summary>
/// <remarks>
/// Of a call whose records are found equal none needs to be written again when the driver comes to it, in the place and with the number that was supposed. The first
/// of each call is left out: it may name symbols, whose values the driver gives.
/// </remarks>
internal sealed class WideComparison
{
    private readonly bool[] _equal;

    public WideComparison(Digest run, Function step, int function, IReadOnlyList<StepCall> calls, WideOutputs outputs, IReadOnlyList<byte[]> entries, WorkerPool pool)
    {
        _equal = new bool[calls.Count];
        pool.Run(calls.Count, new CallWork(run, step, function, calls, outputs, entries, _equal));
    }

    /// <summary>Whether all records of a call but the first equal the recorded ones, if the call's own record has this number and the step this one.</summary>
    public bool Covers(int call, StepCall told, ulong sequence, uint step) => _equal[call] && sequence == (ulong)told.First - 1 && step == call + 1;

    private readonly struct CallWork(
        Digest run, Function step, int function, IReadOnlyList<StepCall> calls, WideOutputs outputs, IReadOnlyList<byte[]> entries, bool[] equal) : IWork
    {
        public void Item(int item, int worker)
        {
            Span<byte> entry = stackalloc byte[RecordWriter.RetireBytes(0, byte.MaxValue, 0)];
            ReadOnlySpan<Instruction> body = step.Body.AsSpan();
            int first = calls[item].First;
            if (entries.Count - first < body.Length)
            {
                return;
            }

            for (int at = 1; at < body.Length; at++)
            {
                var head = new RetireHead(run, (ulong)(first + at), (uint)(item + 1), (ushort)function, (uint)at, body[at].Row.Code);
                int length = RecordWriter.WriteRetire(entry, head, [], outputs.Commitments(at, item));
                if (!entry[..length].SequenceEqual(entries[first + at]))
                {
                    return;
                }
            }

            equal[item] = true;
        }
    }
}
