using System.Diagnostics;
using System.Runtime.InteropServices;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Runs;

/// <summary>Takes the records of a run in their order.</summary>
public interface IRecordSink
{
    /// <summary>Takes one record; false with a reason ends the run.</summary>
    bool TryTake(ReadOnlySpan<byte> entry, out string refusal);

    /// <summary>A <c>commit</c> retired: what was taken so far may be made durable.</summary>
    void Commit();
}

/// <summary>Turns retires into records: outputs are copied as they are written and hashed side by side in batches.</summary>
internal sealed class Attester(Digest run, IRecordSink sink) : IRetireObserver
{
    /// <summary>A batch is hashed when it holds this much, or when a <c>commit</c> retires.</summary>
    private const int BatchBytes = 4 << 20;

    private readonly CommitmentBatch _batch = new();
    private readonly List<Pending> _pending = [];
    private readonly List<SymbolChange> _changes = [];
    private readonly List<long> _scalars = [];
    private Digest[] _digests = new Digest[64];
    private byte[] _entry = new byte[1024];
    private long _ticks;
    private ulong _sequence;

    /// <summary>Sequence number of the last record.</summary>
    public ulong Sequence => _sequence;

    /// <summary>Time spent here.</summary>
    public TimeSpan Time => Stopwatch.GetElapsedTime(0, _ticks);

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        long start = Stopwatch.GetTimestamp();
        Note(place, context, changes);
        bool commits = context.Line.Commits;
        refusal = "";
        bool taken = (!commits && _batch.PendingBytes < BatchBytes) || TryFlush(out refusal);
        if (commits && taken)
        {
            sink.Commit();
        }

        _ticks += Stopwatch.GetTimestamp() - start;
        return taken;
    }

    /// <summary>Writes the records that are still waiting.</summary>
    public bool TryFlush(out string refusal)
    {
        refusal = "";
        if (_digests.Length < _batch.Count)
        {
            _digests = new Digest[Math.Max(_batch.Count, 2 * _digests.Length)];
        }

        _batch.Flush(_digests);
        foreach (ref readonly Pending pending in CollectionsMarshal.AsSpan(_pending))
        {
            int needed = RecordWriter.RetireBytes(pending.Changes, pending.Commitments, pending.Scalars);
            _entry = _entry.Length < needed ? new byte[needed] : _entry;
            ReadOnlySpan<SymbolChange> changes = CollectionsMarshal.AsSpan(_changes).Slice(pending.FirstChange, pending.Changes);
            var head = new RetireHead(
                run, ++_sequence, pending.Place.Step, (ushort)pending.Place.Function, (uint)pending.Place.Instruction, pending.Opcode);
            int length = pending.Scalars > 0
                ? RecordWriter.WriteRetire(_entry, head, changes, CollectionsMarshal.AsSpan(_scalars).Slice(pending.FirstScalar, pending.Scalars))
                : RecordWriter.WriteRetire(_entry, head, changes, _digests.AsSpan(pending.FirstCommitment, pending.Commitments));
            if (!sink.TryTake(_entry.AsSpan(0, length), out refusal))
            {
                return false;
            }
        }

        _pending.Clear();
        _changes.Clear();
        _scalars.Clear();
        return true;
    }

    private void Note(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes)
    {
        Line line = context.Line;
        var pending = new Pending(
            place, line.Row.Code, _changes.Count, changes.Length, _batch.Count, line.Written.Length, _scalars.Count, line.Scalars);
        foreach (SymbolValue change in changes)
        {
            _changes.Add(new SymbolChange((byte)change.Symbol, (uint)change.Value));
        }

        if (context.Product is { Kind: not 0 } product)
        {
            _batch.AddProduct(product.Kind, product.Rows, product.Columns, product.Scales, product.Sums);
        }
        else
        {
            NoteTensors(line);
        }

        if (line.Emits)
        {
            _scalars.Add(context.Emitted);
        }

        foreach (long scalar in context.Top(line.Row.Pushes))
        {
            _scalars.Add(scalar);
        }

        _pending.Add(pending);
    }

    private void NoteTensors(Line line)
    {
        Span<int> dimensions = stackalloc int[Limits.Rank];
        foreach (int operand in line.Written)
        {
            ref readonly TensorView view = ref line.Views[operand];
            view.CopyDimensions(dimensions);
            _batch.Add((byte)view.Element, dimensions[..view.Rank], view.Raw);
        }
    }

    private readonly record struct Pending(
        RetirePlace Place, byte Opcode, int FirstChange, int Changes, int FirstCommitment, int Commitments, int FirstScalar, int Scalars);
}
