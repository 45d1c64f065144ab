using System.Runtime.InteropServices;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Runs;

/// <summary>Retires that wait to become records: what they commit to is copied, hashed side by side in the background, and then appended in order.</summary>
/// <param name="mode">What of it the records will have under salt.</param>
internal sealed class EvidenceBatch(PrivacyMode mode) : BackgroundWork
{
    private readonly CommitmentBatch _committed = new();
    private readonly List<int> _places = [];
    private readonly List<Pending> _pending = [];
    private readonly List<SymbolChange> _changes = [];
    private readonly List<long> _scalars = [];
    private Digest[] _hashed = new Digest[64];
    private Digest[] _commitments = new Digest[64];
    private int _count;
    private int _rows = -1; // place of the commitment to the last quantized product's rows
    private int _appended;
    private int _quanta;

    /// <summary>Bytes that wait to be hashed.</summary>
    public long PendingBytes => _committed.PendingBytes;

    /// <summary>Retires that it holds.</summary>
    public int Count => _pending.Count;

    /// <summary>Whether a <c>commit</c> closed it.</summary>
    public bool Commits { get; set; }

    protected override int Stages => 3;

    /// <summary>Notes a retire.</summary>
    /// <returns>Whether what it commits to must follow, by <see cref="Add(in TensorView)"/>, <see cref="Add(in RowsView)"/> or <see cref="Reserve"/>.</returns>
    public bool Note(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes)
    {
        Line line = context.Line;
        bool commits = line.Committed >= 0, isKnown = line.SharesRows && _rows >= 0;
        _pending.Add(new Pending(place, line.Row.Code, _changes.Count, changes.Length, isKnown ? _rows : _count, commits ? 1 : 0, _scalars.Count, line.Scalars)
        {
            Salts = mode != PrivacyMode.None && commits && PrivateRecords.Salts(mode, line.Row, context.View(line.Committed).Element),
            Emits = line.Emits,
        });
        _rows = line.CommitsRows && !isKnown ? _count : _rows;
        foreach (SymbolValue change in changes)
        {
            _changes.Add(new SymbolChange((byte)change.Symbol, (uint)change.Value));
        }

        if (line.Emits)
        {
            _scalars.Add(context.Emitted);
        }

        foreach (long scalar in line.Scalars == 0 ? [] : context.Top(line.Row.Pushes))
        {
            _scalars.Add(scalar);
        }

        return commits && !isKnown;
    }

    /// <summary>Copies the tensor that the retire noted last commits to.</summary>
    public void Add(in TensorView view)
    {
        Span<int> dimensions = stackalloc int[Limits.Rank];
        view.CopyDimensions(dimensions);
        _committed.Add((byte)view.Element, dimensions[..view.Rank], view.Raw);
        _places.Add(Reserve());
    }

    /// <summary>Copies the quantized rows that the retire noted last commits to.</summary>
    public void Add(in RowsView rows)
    {
        _committed.AddRows(Commitment.QuantizedRows, rows.Rows, rows.Depth, rows.Scales, rows.Integers, rows.Flip);
        _places.Add(Reserve());
    }

    /// <summary>A place for a commitment that <see cref="Put"/> brings later.</summary>
    public int Reserve()
    {
        if (_count == _commitments.Length)
        {
            Array.Resize(ref _commitments, 2 * _count);
        }

        return _count++;
    }

    /// <summary>Sets the commitment of a reserved place.</summary>
    public void Put(int place, Digest commitment) => _commitments[place] = commitment;

    /// <summary>Hashes all of it, on this thread and those that are free.</summary>
    public void Hash(WorkerPool pool)
    {
        if (_committed.Count > 0)
        {
            pool.Background(this);
            Finish();
        }
    }

    /// <summary>Whether all records were written.</summary>
    public bool IsAppended { get; private set; }

    /// <summary>Writes the next records, all commitments being known.</summary>
    /// <param name="sequence">Of the last record before; of the last one written after.</param>
    /// <param name="most">How many at most; all are written by calls that count <see cref="Count"/> together, and one more.</param>
    /// <param name="writer">Writes them.</param>
    /// <param name="sink">Takes them.</param>
    public bool TryAppend(RetireWriter writer, IRecordSink sink, ref ulong sequence, int most, out string refusal)
    {
        refusal = "";
        for (int i = _appended == 0 ? 0 : _places.Count; i < _places.Count; i++)
        {
            _commitments[_places[i]] = _hashed[i];
        }

        int end = Math.Min(_pending.Count, _appended + most);
        IsAppended = end < _appended + most;
        Span<Pending> next = CollectionsMarshal.AsSpan(_pending)[_appended..end];
        for (int i = 0; i < next.Length && mode != PrivacyMode.None; i++)
        {
            writer.Hide(sequence + 1 + (ulong)i, Of(next[i]));
        }

        writer.Salt(WorkerPool.GiveWay);
        foreach (ref readonly Pending pending in next)
        {
            WorkerPool.GiveWay();
            if (!sink.TryTake(writer.Write(++sequence, Of(pending)), out refusal))
            {
                return false;
            }
        }

        _appended = end;
        return true;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _committed.Clear();
        _places.Clear();
        _pending.Clear();
        _changes.Clear();
        _scalars.Clear();
        (_count, _rows, _appended, Commits, IsAppended) = (0, -1, 0, false, false);
    }

    protected override int Begin(int stage)
    {
        if (stage == 0 && _hashed.Length < _committed.Count)
        {
            _hashed = new Digest[Math.Max(_committed.Count, 2 * _hashed.Length)];
        }

        return _committed.Count == 0 ? 0 : stage == 1 ? _quanta : 1;
    }

    protected override void Quantum(int stage, int quantum)
    {
        switch (stage)
        {
            case 0:
                _quanta = _committed.Close();
                break;
            case 1:
                _committed.HashQuantum(quantum, WorkerPool.GiveWay);
                break;
            default:
                _committed.Finish(_hashed, WorkerPool.GiveWay);
                break;
        }
    }

    private Retired Of(in Pending pending) => new()
    {
        Place = pending.Place,
        Opcode = pending.Opcode,
        Changes = CollectionsMarshal.AsSpan(_changes).Slice(pending.FirstChange, pending.Changes),
        Commitments = _commitments.AsSpan(pending.FirstCommitment, pending.Commitments),
        Scalars = CollectionsMarshal.AsSpan(_scalars).Slice(pending.FirstScalar, pending.Scalars),
        Salts = pending.Salts,
        Emits = pending.Emits,
    };

    private readonly record struct Pending(
        RetirePlace Place, byte Opcode, int FirstChange, int Changes, int FirstCommitment, int Commitments, int FirstScalar, int Scalars)
    {
        /// <summary>Whether its commitment is under salt.</summary>
        public bool Salts { get; init; }

        /// <summary>Whether it gives the host a token.</summary>
        public bool Emits { get; init; }
    }
}
