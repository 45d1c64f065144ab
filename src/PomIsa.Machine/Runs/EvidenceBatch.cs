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
    private bool _hasRows; // whether a commitment to a quantized product's rows is among them
    private int _appended;
    private Place _next; // of the record that is appended next
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
        bool commits = line.Committed >= 0, isKnown = commits && line.SharesRows && _hasRows;
        _hasRows |= line.CommitsRows;
        _pending.Add(new Pending(place.Step, (uint)place.Instruction, (ushort)place.Function, (byte)changes.Length, (byte)line.Scalars, line.Opcode)
        {
            Traits = (commits ? Traits.Commits : Traits.None)
                | (isKnown ? Traits.IsKnown : line.CommitsRows ? Traits.IsOfRows : Traits.None)
                | (mode != PrivacyMode.None && commits && PrivateRecords.Salts(mode, line.Row, context.View(line.Committed).Element) ? Traits.Salts : Traits.None)
                | (line.Emits ? Traits.Emits : Traits.None),
        });
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
        Place hidden = _next;
        for (int i = 0; i < next.Length && mode != PrivacyMode.None; i++)
        {
            writer.Hide(sequence + 1 + (ulong)i, Read(next[i], ref hidden));
        }

        writer.Salt(WorkerPool.GiveWay);
        foreach (ref readonly Pending pending in next)
        {
            WorkerPool.GiveWay();
            if (!sink.TryTake(writer.Write(++sequence, Read(pending, ref _next)), out refusal))
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
        (_count, _hasRows, _appended, _next, Commits, IsAppended) = (0, false, 0, default, false, false);
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

    /// <summary>What a record holds; they are read one after the other.</summary>
    private Retired Read(in Pending pending, ref Place at)
    {
        int commitments = pending.Is(Traits.Commits) ? 1 : 0, commitment = at.Commitment;
        if (pending.Is(Traits.IsKnown))
        {
            commitment = at.Rows;
        }
        else
        {
            at.Rows = pending.Is(Traits.IsOfRows) ? at.Commitment : at.Rows;
            at.Commitment += commitments;
        }

        at.Change += pending.Changes;
        at.Scalar += pending.Scalars;
        return new Retired
        {
            Place = new RetirePlace(pending.Step, pending.Function, (int)pending.Instruction),
            Opcode = pending.Opcode,
            Changes = CollectionsMarshal.AsSpan(_changes).Slice(at.Change - pending.Changes, pending.Changes),
            Commitments = _commitments.AsSpan(commitment, commitments),
            Scalars = CollectionsMarshal.AsSpan(_scalars).Slice(at.Scalar - pending.Scalars, pending.Scalars),
            Salts = pending.Is(Traits.Salts),
            Emits = pending.Is(Traits.Emits),
        };
    }

    [Flags]
    private enum Traits : byte
    {
        None = 0,

        /// <summary>Its record holds a commitment.</summary>
        Commits = 1,

        /// <summary>That is the last one to a quantized product's rows, whose own this product's are.</summary>
        IsKnown = 2,

        /// <summary>It is one to such rows, and the first.</summary>
        IsOfRows = 4,

        /// <summary>It is under salt.</summary>
        Salts = 8,

        /// <summary>It gives the host a token.</summary>
        Emits = 16,
    }

    /// <summary>A retire in sixteen bytes: by the time that it is written, it comes from another core's cache.</summary>
    private readonly record struct Pending(uint Step, uint Instruction, ushort Function, byte Changes, byte Scalars, byte Opcode)
    {
        public Traits Traits { get; init; }

        public bool Is(Traits trait) => (Traits & trait) != 0;
    }

    /// <summary>Where what a record holds begins among that of all.</summary>
    private record struct Place
    {
        public int Change;
        public int Commitment;
        public int Scalar;
        public int Rows;
    }
}
