using System.Buffers.Binary;

namespace PomIsa.Evidence.Records;

/// <summary>The records of one instruction of a public run, which differ in their number, their step and what they commit to: an entry is compared with one of them without writing it.</summary>
/// <remarks>Any thread may compare.</remarks>
public sealed class RetireTemplate
{
    private const int Sequence = RecordWriter.HeadBytes + Digest.Size, Step = Sequence + sizeof(ulong), Rest = Step + sizeof(uint);

    private readonly byte[] _record;
    private readonly int _commitments;

    /// <summary>Records without symbols.</summary>
    /// <param name="head">Of any of them.</param>
    /// <param name="commitments">How many each has.</param>
    /// <exception cref="ArgumentException">As for <see cref="RecordWriter.WriteRetire(Span{byte}, in RetireHead, ReadOnlySpan{SymbolChange}, ReadOnlySpan{Digest})"/>.</exception>
    public RetireTemplate(in RetireHead head, int commitments)
    {
        _record = new byte[RecordWriter.RetireBytes(0, commitments, 0)];
        _commitments = _record.Length - (commitments * Digest.Size);
        RecordWriter.WriteRetire(_record, head, [], new Digest[commitments]);
    }

    /// <summary>Whether an entry is, byte for byte, the record that <see cref="RecordWriter"/> writes.</summary>
    /// <param name="entry">Anyone's bytes.</param>
    /// <param name="sequence">Its number.</param>
    /// <param name="step">Its step.</param>
    /// <param name="commitments">What it commits to; as many as the template has.</param>
    public bool Matches(ReadOnlySpan<byte> entry, ulong sequence, uint step, ReadOnlySpan<Digest> commitments)
    {
        ReadOnlySpan<byte> record = _record;
        if (entry.Length != record.Length || commitments.Length * Digest.Size != record.Length - _commitments
            || BinaryPrimitives.ReadUInt64LittleEndian(entry[Sequence..]) != sequence
            || BinaryPrimitives.ReadUInt32LittleEndian(entry[Step..]) != step
            || !entry[..Sequence].SequenceEqual(record[..Sequence])
            || !entry[Rest.._commitments].SequenceEqual(record[Rest.._commitments]))
        {
            return false;
        }

        for (int i = 0; i < commitments.Length; i++)
        {
            if (new Digest(entry.Slice(_commitments + (i * Digest.Size), Digest.Size)) != commitments[i])
            {
                return false;
            }
        }

        return true;
    }
}
