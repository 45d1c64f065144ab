using PomIsa.Disputes.Logs;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Records;

namespace PomIsa.Disputes.Outputs;

/// <summary>Checks that a record of the accused is not what he says himself that his run put out there. Needs no program and no model. Spec: spec/evidence.md, chapter 13.</summary>
internal static class OutputsProof
{
    /// <summary>Whether a body proves it; it may be anyone's.</summary>
    /// <param name="index">Log index of the record.</param>
    /// <param name="records">Records of the accused's log, this one and the one that opens its run among them.</param>
    /// <param name="accused">His key.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="what">What is wrong with the record, or with the proof.</param>
    public static bool TryCheck(ulong index, ProvenRecords records, VerifierKey accused, ReadOnlySpan<byte> body, out string what)
    {
        if (!OpenedOutputs.TryParse(body, out OpenedOutputs? outputs))
        {
            what = "its body can't be read";
            return false;
        }

        if (!records.TryRecord(index, out Record record) || !TrySequence(record, out ulong sequence) || sequence > index
            || !records.TryEntry(index - sequence, out ReadOnlySpan<byte> opening))
        {
            what = "the record or its run's opening is not shown";
            return false;
        }

        Digest run = Digest.Of(opening);
        if (RunOf(record) != run || !outputs.IsSigned(accused, run) || !outputs.TryLeaf(sequence, out ReadOnlySpan<byte> data))
        {
            what = "the accused has not signed these outputs";
            return false;
        }

        bool agrees = OutputsLeaf.TryParse(record, data, out OutputsLeaf? leaf) && leaf.AgreesWith(record);
        what = agrees ? "the record is what its maker says that the run put out"
            : leaf is null ? "it has another form than its maker says of its outputs"
            : "it is not what its maker says that the run put out there";
        return !agrees;
    }

    private static bool TrySequence(Record record, out ulong sequence)
    {
        sequence = record is Retire retire ? retire.Head.Sequence : record is RunClose close ? close.Sequence : 0;
        return record is Retire or RunClose;
    }

    private static Digest RunOf(Record record) => record is Retire retire ? retire.Head.RunId : ((RunClose)record).RunId;
}
