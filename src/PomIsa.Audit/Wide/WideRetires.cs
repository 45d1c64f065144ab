using System.Runtime.InteropServices;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Runs;

namespace PomIsa.Audit.Wide;

/// <summary>Makes a run's records while only its driver executes: those of steps from what the wide pass computed, those of the driver as they retire.</summary>
/// <param name="module">The program.</param>
/// <param name="step">Index of the step.</param>
/// <param name="calls">Its calls.</param>
/// <param name="wide">What they computed.</param>
/// <param name="writer">Writes the records.</param>
/// <param name="sink">Takes them; one that compares, where only some are compared here.</param>
/// <param name="only">Instructions of the step that are compared; null: all.</param>
/// <param name="salts">Of a private run, by instruction of the step: whether its commitment is under salt.</param>
/// <param name="compared">What was compared beforehand; null: nothing.</param>
/// <param name="pool">Hashes.</param>
internal sealed class WideRetires(
    Module module, int step, IReadOnlyList<StepCall> calls, WideOutputs wide, RetireWriter writer, IRecordSink sink, bool[]? only, bool[] salts, WideComparison? compared, WorkerPool pool)
    : IRetireObserver, IStepResults
{
    /// <summary>Retires of the driver that wait for the next step, at most.</summary>
    private const int Most = 1 << 10;

    private readonly EvidenceBatch _driver = new(writer.Mode);
    private readonly CompareSink? _compares = sink as CompareSink;
    private readonly List<SymbolChange> _changes = [];
    private ulong _sequence;
    private int _call;

    /// <summary>Whether the driver gave other arguments than the wide pass was given: then its results say nothing.</summary>
    public bool WentAstray { get; private set; }

    /// <summary>Closes the run behind its last record, after <see cref="TryFlush"/>.</summary>
    public bool TryClose(Interpreter driver, bool finished, out string refusal) => sink.TryTake(
        writer.Close(_sequence + 1, CollectionsMarshal.AsSpan(driver.Response), driver.Retired, finished ? RunStatus.Finished : RunStatus.Abandoned), out refusal);

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        if (_driver.Note(place, context, changes))
        {
            _driver.Add(context.View(context.Line.Committed));
        }

        refusal = "";
        return _driver.Count < Most || TryFlush(out refusal);
    }

    /// <summary>Compares the records of the driver that wait.</summary>
    public bool TryFlush(out string refusal)
    {
        _driver.Hash(pool);
        bool taken = _driver.TryAppend(writer, sink, ref _sequence, Most + 1, out refusal);
        _driver.Clear();
        return taken;
    }

    public bool TryTake(RetirePlace place, ReadOnlySpan<TensorView> arguments, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        if (!TryFlush(out refusal))
        {
            return false;
        }

        refusal = "the driver calls another step than the log says";
        WentAstray = place.Function != step || _call == calls.Count || !Same(arguments, calls[_call]);
        if (WentAstray || !TryCompare(place, changes, out refusal))
        {
            return false;
        }

        _call++;
        return true;
    }

    public ReadOnlySpan<byte> Result(int index) => wide.Result(_call - 1, index);

    public int Greatest(int index) => wide.Greatest(_call - 1, index);

    // By instruction, whether what it commits to goes under salt.
    internal static bool[] Salting(PrivacyMode mode, Function function) => mode == PrivacyMode.None ? new bool[function.Body.Length]
        : [.. RecordedOperands.Of(function).Zip(function.Body, (at, i) => at >= 0 && PrivateRecords.Salts(mode, i.Row, function.Registers[i.Operands[at].Index].Element))];

    // The records of the call at hand: all, or the first where the others were compared before.
    private bool TryCompare(RetirePlace place, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        _changes.Clear();
        foreach (SymbolValue change in changes)
        {
            _changes.Add(new SymbolChange((byte)change.Symbol, (uint)change.Value));
        }

        ReadOnlySpan<Instruction> body = module.Functions[step].Body.AsSpan();
        int written = compared?.Covers(_call, calls[_call], _sequence, place.Step) == true ? 1 : body.Length;
        for (int at = 0; at < written; at++)
        {
            writer.Hide(_sequence + 1 + (ulong)at, Of(place, at, body[at]));
        }

        writer.Salt(between: null);
        refusal = "";
        for (int at = 0; at < written; at++)
        {
            Retired retired = Of(place, at, body[at]);
            _sequence++;
            if (!(only?[at] == false ? _compares!.TrySkip(writer.Head(_sequence, retired), out refusal) : sink.TryTake(writer.Write(_sequence, retired), out refusal)))
            {
                return false;
            }
        }

        _compares?.Pass(body.Length - written);
        _sequence += (ulong)(body.Length - written);
        return true;
    }

    private Retired Of(RetirePlace place, int at, Instruction instruction) => new()
    {
        Place = place with { Instruction = at },
        Opcode = instruction.Row.Code,
        Changes = at == 0 ? System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_changes) : [],
        Commitments = wide.Commitments(at, _call),
        Salts = salts[at],
    };

    private static bool Same(ReadOnlySpan<TensorView> arguments, StepCall call)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].Raw.SequenceEqual(call.Arguments[i]))
            {
                return false;
            }
        }

        return true;
    }
}
