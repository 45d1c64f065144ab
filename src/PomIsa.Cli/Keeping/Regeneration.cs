using System.Globalization;
using PomIsa.Audit.Wide;
using PomIsa.Evidence.Keeping;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;

namespace PomIsa.Cli.Keeping;

/// <summary>A log's runs executed again; their records are held, range by range, against the roots that were kept of them.</summary>
internal sealed class Regeneration : IRecordSink
{
    private readonly KeptRoots _kept;
    private readonly Action<byte[]> _take;
    private readonly RootsCutter _cutter;
    private ulong _taken, _passes;
    private int _parts;
    private string _difference = "";

    /// <param name="kept">What was kept.</param>
    /// <param name="take">Is given each record; those of the range that differs too.</param>
    public Regeneration(KeptRoots kept, Action<byte[]> take)
    {
        (_kept, _take) = (kept, take);
        _cutter = new RootsCutter(KeptRun.Marks, Compare);
    }

    public Action<ulong>? Progress { get; init; }

    /// <summary>Records that lie in ranges that were found equal.</summary>
    public ulong Compared { get; private set; }

    /// <summary>The first range that differs.</summary>
    public KeptPart? Differs { get; private set; }

    /// <summary>Executes the runs; false at the first range that differs, or where they end before the log does.</summary>
    public bool TryRun(BoundProgram program, IEnumerable<RunRequest> runs, WorkerPool pool, CancellationToken stop, out string fault)
    {
        Queue<int[]?> tokens = TokensByRun();
        foreach (RunRequest given in runs)
        {
            RunRequest request = given with { Stop = stop };
            RunOpen opening = request.Opening(program);
            var first = new byte[RecordWriter.MaxRunOpenBytes];
            bool ended = TryTake(first.AsSpan(0, RecordWriter.WriteRunOpen(first, opening)), out _);
            MachineFault refused = default;
            ulong before = _taken;
            if (ended && !(tokens.TryDequeue(out int[]? known) && known is not null && WideRun.TryExecute(program, request, opening.RunId, known, this, pool, out _)))
            {
                _passes = _taken - before; // call by call all records are made again, those too that came of a wide pass before it ended
                ended = _difference.Length == 0 && !stop.IsCancellationRequested && MachineRun.TryExecute(program, request, opening.RunId, this, pool, out _, out refused);
            }

            stop.ThrowIfCancellationRequested();
            if (!ended)
            {
                fault = _difference.Length > 0 ? _difference : $"A run ended early when it was executed again: {refused.Describe(program.Module)}";
                return false;
            }
        }

        _cutter.Cut();
        fault = _difference.Length > 0 ? _difference
            : _parts == _kept.Parts.Length ? ""
            : string.Create(CultureInfo.InvariantCulture, $"The runs give {_cutter.Size} records; roots of {_kept.Size} were kept.");
        return fault.Length == 0;
    }

    public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
    {
        if (_passes > 0)
        {
            _passes--;
            refusal = "";
            return true;
        }

        _taken++;
        _cutter.Append(entry);
        _take(entry.ToArray());
        refusal = _difference;
        return _difference.Length == 0;
    }

    public void Commit() => Progress?.Invoke(Compared);

    // What each run emitted; null of a private run, whose roots don't tell.
    private Queue<int[]?> TokensByRun()
    {
        var runs = new List<List<int>?>();
        foreach (KeptPart part in _kept.Parts.Where(static part => part.IsEntry))
        {
            switch (Record.TryDecode(part.Entry.AsSpan(), out Record record, out _) ? record : null)
            {
                case RunOpen open:
                    runs.Add(open.Private is null ? [] : null);
                    break;
                case Retire { Scalars: [>= 0 and <= int.MaxValue and var token] } when runs.Count > 0:
                    runs[^1]?.Add((int)token);
                    break;
            }
        }

        return new Queue<int[]?>(runs.Select(static run => run?.ToArray()));
    }

    private void Compare(KeptPart made)
    {
        if (_difference.Length > 0)
        {
            return;
        }

        if (_parts < _kept.Parts.Length && made.Equals(_kept.Parts[_parts]))
        {
            _parts++;
            Compared = made.End;
            return;
        }

        Differs = made;
        int tokens = KeptRun.Emits(_kept).TakeWhile(part => part.First < made.First).Count();
        _difference = string.Create(
            CultureInfo.InvariantCulture,
            $"Executed again, {(made.Count == 1 ? $"record {made.First} is not the one" : $"records {made.First} to {made.End - 1} are not those")} that roots were kept of, behind {tokens} tokens: the first difference lies there.");
    }
}
