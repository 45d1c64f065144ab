using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Values;
using PomIsa.Evidence.Records;
using PomIsa.Isa;

namespace PomIsa.Disputes.Traces;

// Holds what a way comes to against the records that were shown, and ends ways.
internal sealed partial class RunTrace
{
    // Holds the record that comes next against the one that was shown, if one was.
    private bool Match(RunPath path, DriverFrame frame, OpcodeRow row, ReadOnlySpan<int> symbols, int scalars)
    {
        if (NextShown(path) != path.Next)
        {
            return true;
        }

        int place = _records.PlaceFrom(path.Next);
        bool vacuous = (scalars > 0 && !_scalars[0].IsKnown) || (scalars > 1 && !_scalars[1].IsKnown);
        if (!Match(path, place, new Expected
        {
            Step = path.Step,
            Tokens = path.Tokens.Count,
            Function = frame.Scope.Function.Index,
            Offset = frame.At,
            Row = row,
            Commitments = row.RecordedTensors,
            Symbols = symbols,
            Values = _unknown, // what an input gives its symbol is known from its record alone
            Scalars = _scalars.AsSpan(0, scalars),
        }))
        {
            return false;
        }

        for (int i = 0; vacuous && i < _operandCount; i++)
        {
            path.Missing = _operands[i].IsKnown ? path.Missing : Chain<ulong>.Add(path.Missing, _operands[i].Origin);
        }

        return true;
    }

    // Index of the next record that was shown; looked up only when the last one that was has been passed.
    private ulong NextShown(RunPath path)
    {
        if (path.Shown < path.Next)
        {
            int place = _records.PlaceFrom(path.Next);
            path.Shown = place == _records.Count ? ulong.MaxValue : _records.IndexAt(place);
        }

        return path.Shown;
    }

    private bool Match(RunPath path, int place, scoped Expected expected)
    {
        ulong index = _records.IndexAt(place);
        switch (_records.RecordAt(place))
        {
            case null:
                return Die(path, index, FaultKind.Malformed, "it is no record");
            case RunOpen:
                path.Status = PathStatus.Left; // the run was cut off here
                return false;
            case RunClose close:
                Close(path, index, close, RunStatus.Abandoned);
                return false;
            case Retire retire:
                if (!IsOurs(path, index, retire.Head.RunId, retire.Head.Sequence))
                {
                    return false;
                }

                FaultKind kind = expected.Compare(retire, _records.ScalarsAt(place), out string what);
                return kind == FaultKind.None || Die(path, index, kind, what);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private bool IsOurs(RunPath path, ulong index, Digest run, ulong sequence) =>
        run != _run ? Die(path, index, FaultKind.NotOpened, $"it belongs to run {run.Short} where {_run.Short} is open")
        : sequence == index - _first || Die(path, index, FaultKind.Sequence, FormattableString.Invariant($"it has sequence {sequence} where {index - _first} follows"));

    private void Close(RunPath path, ulong index, RunClose close, RunStatus status)
    {
        if (!IsOurs(path, index, close.RunId, close.Sequence))
        {
            return;
        }

        // Who counts otherwise is wrong whatever the tokens were; of all others they are looked through.
        bool isCounted = close.Tokens == path.Tokens.Count;
        if (isCounted && !TryWork(path.Tokens.Count))
        {
            return;
        }

        Scalar[] tokens = isCounted ? path.Tokens.ToArray() : [];
        Digest? bound = _records.ResponseAt(_records.PlaceFrom(index));
        string? what = close.Retired != close.Sequence - 1 ? FormattableString.Invariant($"it counts {close.Retired} opcodes where {close.Sequence - 1} retired")
            : !isCounted ? FormattableString.Invariant($"it counts {close.Tokens} tokens where {path.Tokens.Count} were emitted")
            : close.Status != status ? $"it says that the run was {(close.Status == RunStatus.Finished ? "finished where the program goes on" : "abandoned where the program has ended")}"
            : bound is { } response && tokens.All(static t => t.IsKnown) && response != Machine.RunRequest.ResponseDigest([.. tokens.Select(static t => (int)t.Value)]) ? "it binds another response than the tokens that were emitted"
            : OpenedResponse(close, tokens);
        if (what is not null && !Die(path, index, FaultKind.Close, what))
        {
            return;
        }

        foreach (Scalar token in tokens)
        {
            path.Missing = token.IsKnown ? path.Missing : Chain<ulong>.Add(path.Missing, token.Origin);
        }

        path.Status = PathStatus.Left;
    }

    // What is wrong with a response whose tokens are shown, as far as those that were emitted are known.
    private string? OpenedResponse(RunClose close, Scalar[] tokens) =>
        close.IsPrivate || _response is not { } said || !Orders.ResponseProof.Opens(close, said) ? null
        : said.Length != tokens.Length ? FormattableString.Invariant($"it binds {said.Length} tokens where {tokens.Length} were emitted")
        : tokens.Zip(said).Any(static pair => pair.First.IsKnown && pair.First.Value != pair.Second) ? "it binds a token that was not emitted"
        : null;

    // The program has ended, or can't go on: the next record that was shown.
    private void End(RunPath path)
    {
        int place = _records.PlaceFrom(path.Next);
        ulong index = _records.IndexAt(place);
        Record? record = _records.RecordAt(place);
        if (record is RunOpen)
        {
            path.Status = PathStatus.Left;
        }
        else if (record is RunClose close && index == path.Next)
        {
            Close(path, index, close, path.Status == PathStatus.Halted ? RunStatus.Finished : RunStatus.Abandoned);
        }
        else
        {
            Die(path, index, path.Status == PathStatus.Halted ? FaultKind.Close : FaultKind.Trap, path.Status == PathStatus.Halted ? "the program has ended before it" : "the instruction before it can't have gone on: it traps");
        }
    }

    private bool Die(RunPath path, ulong index, FaultKind kind, string what)
    {
        path.Status = PathStatus.Dead;
        // Of several ways that end at one record the one is told of that agreed with it longest.
        if (Fault is null || index > Fault.Index || (index == Fault.Index && Agreed(kind) > Agreed(Fault.Kind)))
        {
            Fault = new FaultFinding(kind, index, what);
        }

        return false;
    }

    private static int Agreed(FaultKind kind) => kind is FaultKind.Close or FaultKind.Trap ? (int)kind - (int)FaultKind.Claim : (int)kind;
}
