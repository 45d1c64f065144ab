using PomIsa.Disputes.Outputs;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>Outputs of some retires, taken while the run is executed again.</summary>
public sealed class CapturedValues : IRunValues
{
    private readonly Dictionary<(ulong Index, int Output), byte[]> _bytes = [];

    /// <summary>Executes a run up to the last of some records, and keeps what their instructions put out.</summary>
    /// <param name="program">The program with its weights.</param>
    /// <param name="request">What the run was given.</param>
    /// <param name="pool">Threads.</param>
    /// <param name="first">Log index of the run's opening record.</param>
    /// <param name="indices">Log indices of the records.</param>
    public static CapturedValues Of(BoundProgram program, RunRequest request, WorkerPool pool, ulong first, IReadOnlyCollection<ulong> indices)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(indices);
        var values = new CapturedValues();
        if (indices.Count > 0)
        {
            using var interpreter = new Interpreter(program, request, pool, new Observer(values, first, [.. indices]));
            interpreter.TryRun(out _); // it is stopped at the last one; where it ends before, what is missing is missing
        }

        return values;
    }

    /// <inheritdoc/>
    public bool TryBytes(ulong index, int output, out ReadOnlyMemory<byte> bytes)
    {
        bool known = _bytes.TryGetValue((index, output), out byte[]? found);
        bytes = found;
        return known;
    }

    private sealed class Observer(CapturedValues values, ulong first, HashSet<ulong> wanted) : IRetireObserver
    {
        private readonly ulong _last = wanted.Max();
        private ulong _index = first;

        public bool WantsSums => true;

        public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
        {
            if (wanted.Contains(++_index))
            {
                int written = context.Line.Written.Length;
                for (int output = 0; output < written; output++)
                {
                    values._bytes[(_index, output)] = RetiredOutputs.Written(context, output);
                }

                if (context.Line.Row.CommittedOperand >= 0)
                {
                    values._bytes[(_index, written)] = RetiredOutputs.Recorded(context);
                }
            }

            refusal = "all that was wanted is there";
            return _index < _last;
        }
    }
}
