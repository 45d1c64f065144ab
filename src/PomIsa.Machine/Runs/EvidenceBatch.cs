using System.Runtime.InteropServices;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Runs;

/// <summary>Retires that wait to become records: outputs are copied as they are written, hashed side by side in the background, and then appended in order.</summary>
/// <param name="mode">What of it the records will have under salt.</param>
internal sealed class EvidenceBatch(PrivacyMode mode) : BackgroundWork
{
    private readonly CommitmentBatch _outputs = new();
    private readonly List<int> _places = [];
    private readonly List<Pending> _pending = [];
    private readonly List<SymbolChange> _changes = [];
    private readonly List<long> _scalars = [];
    private Digest[] _hashed = new Digest[64];
    private Digest[] _commitments = new Digest[64];
    private byte[] _entry = new byte[1024];
    private int _count;
    private int _appended;
    private int _quanta;

    /// <summary>Bytes that wait to be hashed.</summary>
    public long PendingBytes => _outputs.PendingBytes;

    /// <summary>Retires that it holds.</summary>
    public int Count => _pending.Count;

    /// <summary>Whether a <c>commit</c> closed it.</summary>
    public bool Commits { get; set; }

    protected override int Stages => 3;

    /// <summary>Notes a retire. Its tensors follow, by <see cref="Add"/>, <see cref="AddProduct"/> or <see cref="Reserve"/>.</summary>
    public void Note(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes)
    {
        Line line = context.Line;
        _pending.Add(new Pending(place, line.Row.Code, _changes.Count, changes.Length, _count, line.Written.Length, _scalars.Count, line.Scalars)
        {
            Salts = mode != PrivacyMode.None && PrivateRecords.Salts(mode, context),
            Emits = line.Emits,
        });
        foreach (SymbolValue change in changes)
        {
            _changes.Add(new SymbolChange((byte)change.Symbol, (uint)change.Value));
        }

        if (line.Scalars == 0)
        {
            return;
        }

        if (line.Emits)
        {
            _scalars.Add(context.Emitted);
        }

        foreach (long scalar in context.Top(line.Row.Pushes))
        {
            _scalars.Add(scalar);
        }
    }

    /// <summary>Copies an output of the retire that was noted last.</summary>
    public void Add(in TensorView view)
    {
        Span<int> dimensions = stackalloc int[Limits.Rank];
        view.CopyDimensions(dimensions);
        _outputs.Add((byte)view.Element, dimensions[..view.Rank], view.Raw);
        _places.Add(Reserve());
    }

    /// <summary>Memory for the sums of the product of one row that retires next.</summary>
    public unsafe int* ReserveSums(int count) => (int*)_outputs.Reserve((long)count * sizeof(int));

    /// <summary>Takes a quantized product, copied unless its sums lie where they were reserved, which stands for the output of the retire that was noted last.</summary>
    public unsafe void AddProduct(in ProductView product)
    {
        fixed (byte* sums = product.Sums)
        {
            if (product.Rows != 1 || _outputs.AddReserved(product.Kind, product.Columns, product.Scales, sums, product.Sums.Length) < 0)
            {
                _outputs.AddProduct(product.Kind, product.Rows, product.Columns, product.Scales, product.Sums);
            }
        }

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

    /// <summary>Whether all records were written.</summary>
    public bool IsAppended { get; private set; }

    /// <summary>Writes the next records, all commitments being known; with the last one goes the commit.</summary>
    /// <param name="sequence">Of the last record before; of the last one written after.</param>
    /// <param name="most">How many at most; all are written by calls that count <see cref="Count"/> together, and one more.</param>
    /// <param name="hidden">Of a private run.</param>
    public bool TryAppend(Digest run, IRecordSink sink, PrivateRecords? hidden, ref ulong sequence, int most, out string refusal)
    {
        refusal = "";
        for (int i = _appended == 0 ? 0 : _places.Count; i < _places.Count; i++)
        {
            _commitments[_places[i]] = _hashed[i];
        }

        int end = Math.Min(_pending.Count, _appended + most);
        IsAppended = end < _appended + most;
        if (hidden is not null)
        {
            Salt(hidden, sequence, CollectionsMarshal.AsSpan(_pending)[_appended..end]);
        }

        foreach (ref readonly Pending pending in CollectionsMarshal.AsSpan(_pending)[_appended..end])
        {
            WorkerPool.GiveWay();
            if (!sink.TryTake(Write(pending, run, ++sequence, hidden), out refusal))
            {
                return false;
            }
        }

        _appended = end;
        if (IsAppended && Commits)
        {
            sink.Commit();
        }

        return true;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _outputs.Clear();
        _places.Clear();
        _pending.Clear();
        _changes.Clear();
        _scalars.Clear();
        (_count, _appended, Commits, IsAppended) = (0, 0, false, false);
    }

    protected override int Begin(int stage)
    {
        if (stage == 0 && _hashed.Length < _outputs.Count)
        {
            _hashed = new Digest[Math.Max(_outputs.Count, 2 * _hashed.Length)];
        }

        return _outputs.Count == 0 ? 0 : stage == 1 ? _quanta : 1;
    }

    protected override void Quantum(int stage, int quantum)
    {
        switch (stage)
        {
            case 0:
                _quanta = _outputs.Close();
                break;
            case 1:
                _outputs.HashQuantum(quantum, WorkerPool.GiveWay);
                break;
            default:
                _outputs.Finish(_hashed, WorkerPool.GiveWay);
                break;
        }
    }

    private void Salt(PrivateRecords hidden, ulong sequence, ReadOnlySpan<Pending> records)
    {
        foreach (ref readonly Pending pending in records)
        {
            sequence++;
            if (pending.Scalars > 0)
            {
                hidden.Add(sequence, CollectionsMarshal.AsSpan(_scalars).Slice(pending.FirstScalar, pending.Scalars));
            }
            else if (pending.Salts)
            {
                hidden.Add(sequence, _commitments.AsSpan(pending.FirstCommitment, pending.Commitments));
            }
        }

        hidden.Salt(WorkerPool.GiveWay);
    }

    private ReadOnlySpan<byte> Write(in Pending pending, Digest run, ulong sequence, PrivateRecords? hidden)
    {
        int needed = hidden is null
            ? RecordWriter.RetireBytes(pending.Changes, pending.Commitments, pending.Scalars)
            : RecordWriter.PrivateRetireBytes(pending.Changes, pending.Commitments + pending.Scalars);
        _entry = _entry.Length < needed ? new byte[needed] : _entry;
        ReadOnlySpan<SymbolChange> changes = CollectionsMarshal.AsSpan(_changes).Slice(pending.FirstChange, pending.Changes);
        var head = new RetireHead(
            run, sequence, pending.Place.Step, (ushort)pending.Place.Function, (uint)pending.Place.Instruction, pending.Opcode);
        int length = hidden is not null
            ? hidden.Write(
                _entry,
                head,
                changes,
                _commitments.AsSpan(pending.FirstCommitment, pending.Scalars > 0 ? 0 : pending.Commitments),
                pending.Scalars > 0 ? pending.Scalars : pending.Salts ? pending.Commitments : 0,
                pending.Scalars > 0,
                pending.Emits)
            : pending.Scalars > 0
            ? RecordWriter.WriteRetire(_entry, head, changes, CollectionsMarshal.AsSpan(_scalars).Slice(pending.FirstScalar, pending.Scalars))
            : RecordWriter.WriteRetire(_entry, head, changes, _commitments.AsSpan(pending.FirstCommitment, pending.Commitments));
        return _entry.AsSpan(0, length);
    }

    private readonly record struct Pending(
        RetirePlace Place, byte Opcode, int FirstChange, int Changes, int FirstCommitment, int Commitments, int FirstScalar, int Scalars)
    {
        /// <summary>Whether its outputs are under salt.</summary>
        public bool Salts { get; init; }

        /// <summary>Whether it gives the host a token.</summary>
        public bool Emits { get; init; }
    }
}
