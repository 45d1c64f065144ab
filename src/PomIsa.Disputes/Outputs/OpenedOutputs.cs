using System.Diagnostics.CodeAnalysis;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;

namespace PomIsa.Disputes.Outputs;

/// <summary>What the accused says that his run put out: his signed note, some leaves of the tree, and what it takes to get to its root. Spec: spec/evidence.md, chapter 13.</summary>
/// <param name="Note">The note.</param>
/// <param name="Sequences">Of the leaves' records; strictly ascending, one at least.</param>
/// <param name="Leaves">Their data.</param>
/// <param name="Siblings">As <see cref="Multiproof"/> orders them.</param>
internal sealed record OpenedOutputs(byte[] Note, ulong[] Sequences, byte[][] Leaves, Digest[] Siblings)
{
    private const byte Version = 2;

    /// <summary>Whether the accused has signed it, for this run.</summary>
    public bool IsSigned(VerifierKey accused, Digest run)
    {
        Digest[] hashes = [.. Leaves.Select(static leaf => Merkle.LeafHash(leaf))];
        return OutputsNote.TryOpen(Note, accused, run, out ulong count, out Digest signed) && Sequences[^1] < count
            && Multiproof.TryRoot(count, Sequences, hashes, Siblings, out Digest root) && root == signed;
    }

    /// <summary>The data of a leaf, if it is opened.</summary>
    public bool TryLeaf(ulong sequence, out ReadOnlySpan<byte> data)
    {
        int at = Array.BinarySearch(Sequences, sequence);
        data = at < 0 ? [] : Leaves[at];
        return at >= 0;
    }

    /// <summary>Records of the log with what opened leaves tell of those whose scalars, or response, are under salt.</summary>
    /// <param name="records">The records.</param>
    /// <param name="first">Log index of the run's opening record.</param>
    public ProvenRecords Tell(ProvenRecords records, ulong first)
    {
        var scalars = new Dictionary<ulong, long[]>();
        var responses = new Dictionary<ulong, Digest>();
        for (int i = 0; i < Sequences.Length; i++)
        {
            if (Sequences[i] > ulong.MaxValue - first || !records.TryRecord(first + Sequences[i], out Record record) || !OutputsLeaf.TryParse(record, Leaves[i], out OutputsLeaf? leaf))
            {
                continue;
            }

            if (record is Retire { SaltsScalars: true })
            {
                scalars[first + Sequences[i]] = [.. leaf.Scalars];
            }
            else if (record is RunClose { IsPrivate: true })
            {
                responses[first + Sequences[i]] = leaf.Recorded[0];
            }
        }

        return records.WithScalars(scalars, responses);
    }

    /// <summary>A body that has nothing but this.</summary>
    public byte[] ToBody()
    {
        var to = new ByteSink();
        Write(to);
        return to.ToArray();
    }

    /// <summary>Reads such a body, which may be anyone's.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, [NotNullWhen(true)] out OpenedOutputs? outputs)
    {
        var from = new Cursor(body);
        outputs = Read(ref from);
        outputs = from.IsDone && body.Length <= ValueBody.MaxBytes ? outputs : null;
        return outputs is not null;
    }

    public void Write(ByteSink to)
    {
        to.Byte(Version);
        to.Part(Note);
        to.Short(Sequences.Length);
        for (int i = 0; i < Sequences.Length; i++)
        {
            to.Long(Sequences[i]);
            to.Part(Leaves[i]);
        }

        to.Digests(Siblings);
    }

    public static OpenedOutputs Read(ref Cursor from)
    {
        from.Require(from.Byte() == Version);
        byte[] note = from.Part();
        int count = from.Count(sizeof(ulong) + sizeof(ushort));
        from.Require(count > 0);
        var sequences = new ulong[count];
        var leaves = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            (sequences[i], leaves[i]) = (from.Long(), from.Part());
            from.Require(i == 0 || sequences[i] > sequences[i - 1]);
        }

        return new OpenedOutputs(note, sequences, leaves, from.Digests());
    }
}
