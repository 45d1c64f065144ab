using System.Buffers.Binary;
using PomIsa.Evidence.Commitments;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Runs;

namespace PomIsa.Disputes.Outputs;

/// <summary>Commits to every output of a run as it retires. Outputs are copied, and hashed on all threads when a few MiB have come together.</summary>
/// <param name="tree">Takes the leaves; it has that of the opening record.</param>
/// <param name="pool">The threads.</param>
/// <param name="leaves">The run is stopped when there are so many.</param>
/// <param name="privacy">Of a private run.</param>
internal sealed class OutputsObserver(OutputsTree tree, WorkerPool pool, ulong leaves, RunPrivacy? privacy) : IRetireObserver
{
    private const long BatchBytes = 4 << 20;
    private const int BatchRetires = 1 << 14;

    private readonly CommitmentBatch _batch = new();
    private readonly List<Pending> _pending = [];
    private readonly List<byte> _lead = [];
    private readonly byte[] _leaf = new byte[OutputsLeaf.MostBytes];
    private Digest[] _digests = new Digest[64];
    private ulong _sequence;
    private int _sealed;

    public bool WantsSums => true;

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        Line line = context.Line;
        _sequence++;
        int from = _lead.Count;
        if (line.Scalars > 0)
        {
            Scalars(context, line);
        }

        bool commits = line.Row.CommittedOperand >= 0;
        bool salts = line.Committed >= 0 && privacy is { Mode: var mode } && PrivateRecords.Salts(mode, line.Row, context.View(line.Committed).Element);
        _pending.Add(new Pending(_sequence, _lead.Count - from, commits, salts, line.Written.Length));
        if (commits)
        {
            RetiredOutputs.AddRecorded(_batch, context);
        }

        OutputCommitments.Add(context, _batch);

        if (_batch.PendingBytes >= BatchBytes || _pending.Count >= BatchRetires)
        {
            Flush();
        }

        refusal = "all that was wanted is there";
        return _sequence + 1 < leaves;
    }

    /// <summary>Gives the tree what waits.</summary>
    public void Flush()
    {
        if (_digests.Length < _batch.Count)
        {
            _digests = new Digest[Math.Max(_batch.Count, 2 * _digests.Length)];
        }

        pool.Run(_batch.Close(), new Leaves(_batch));
        _batch.Finish(_digests);
        int lead = 0, next = 0;
        Span<byte> bytes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_lead);
        foreach (Pending pending in _pending)
        {
            bytes.Slice(lead, pending.Lead).CopyTo(_leaf);
            int length = pending.Lead;
            lead += pending.Lead;
            if (pending.Commits)
            {
                length = Put(length, _digests[next++]);
                length = pending.Salts ? Put(length, privacy!.Secret.Salt(pending.Sequence, 0)) : length;
            }

            for (int i = 0; i < pending.Written; i++)
            {
                length = Put(length, _digests[next++]);
            }

            tree.Add(_leaf.AsSpan(0, length));
        }

        _pending.Clear();
        _lead.Clear();
        _sealed = tree.Seal(pool, _sealed);
    }

    /// <summary>The leaf of the closing record.</summary>
    public byte[] Closing(List<int> response) => privacy is null ? [] : [.. RunRequest.ResponseDigest([.. response]).ToArray(), .. privacy.Secret.Salt(_sequence + 1, 0).ToArray()];

    private void Scalars(OpContext context, Line line)
    {
        int output = 0;
        if (line.Emits)
        {
            Scalar(context.Emitted, output++);
        }

        foreach (long scalar in context.Top(line.Row.Pushes))
        {
            Scalar(scalar, output++);
        }
    }

    private void Scalar(long value, int output)
    {
        Span<byte> word = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(word, value);
        _lead.AddRange(word);
        if (privacy is not null)
        {
            _lead.AddRange(privacy.Secret.Salt(_sequence, (byte)output).ToArray());
        }
    }

    private int Put(int at, Digest digest)
    {
        digest.CopyTo(_leaf.AsSpan(at));
        return at + Digest.Size;
    }

    /// <param name="Sequence">Of the record.</param>
    /// <param name="Lead">Bytes of its leaf that are known.</param>
    /// <param name="Commits">Whether a commitment follows to what a product multiplies, or <c>output</c> gives.</param>
    /// <param name="Salts">Whether with the salt that its record has it under.</param>
    /// <param name="Written">Commitments to registers.</param>
    private readonly record struct Pending(ulong Sequence, int Lead, bool Commits, bool Salts, int Written);

    private readonly struct Leaves(CommitmentBatch batch) : IWork
    {
        public void Item(int item, int worker) => batch.HashQuantum(item);
    }
}
