using PomIsa.Disputes.Outputs;
using PomIsa.Disputes.Values.Cells;
using PomIsa.Disputes.Values.Opcodes;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Disputes.Values;

/// <summary>Checks that what the accused says that his run put out at a record does not follow from what he says of those before it. Spec: spec/evidence.md, chapter 13.</summary>
public static class ValueProof
{
    /// <summary>Cells that a check evaluates at most, where the accused has signed none.</summary>
    internal const int MostCells = 1 << 14;

    /// <summary>Whether a body proves it; it may be anyone's.</summary>
    /// <param name="module">The run's program.</param>
    /// <param name="flow">Its data flow up to the record.</param>
    /// <param name="index">Log index of the record.</param>
    /// <param name="records">Records of the accused's log.</param>
    /// <param name="accused">His key.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="what">What is wrong with the record, or with the proof.</param>
    public static bool TryCheck(VerifiedModule module, IRunFlow flow, ulong index, IProvenEntries records, VerifierKey accused, ReadOnlySpan<byte> body, out string what)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(accused);
        if (!ValueBody.TryParse(body, out ValueBody? parsed))
        {
            what = "its body can't be read";
            return false;
        }

        try
        {
            return TryCheck(module.Module, flow, index, records, accused, parsed, out what);
        }
        catch (TrapsException e)
        {
            what = e.Message;
            return true;
        }
        catch (Exception e) when (e is NotBroughtException or OverflowException)
        {
            what = e is NotBroughtException ? e.Message : "a number is out of range";
            return false;
        }
    }

    private static bool TryCheck(Module module, IRunFlow flow, ulong index, IProvenEntries records, VerifierKey accused, ValueBody body, out string what)
    {
        if (!TryRecord(records, index, out Retire? retire) || !flow.TryPlace(index, out RecordPlace? place)
            || !records.TryEntry(index - retire.Head.Sequence, out ReadOnlyMemory<byte> first) || !Record.TryDecode(first.Span, out Record opening, out _) || opening is not RunOpen open)
        {
            what = "the record, its place or the run's opening is not known";
            return false;
        }

        if (!body.Outputs.IsSigned(accused, Digest.Of(first.Span)) || !body.Outputs.TryLeaf(retire.Head.Sequence, out ReadOnlySpan<byte> data) || !OutputsLeaf.TryParse(retire, data, out OutputsLeaf? leaf))
        {
            what = "the accused has not signed these outputs";
            return false;
        }

        if (!ProvenBlocks.TryMake(module, flow, open, body, index - retire.Head.Sequence, index, leaf, out ProvenBlocks blocks, out what))
        {
            return false;
        }

        var subject = new Subject(module, place, index) { Sampling = open.Sampling };
        if (!DerivationTable.Has(subject.Row) || body.Output >= Math.Max(1, subject.Outputs) || body.Element >= (ulong)(subject.IsScalar ? 1 : subject.Form(body.Output).Elements))
        {
            what = "there is no such element";
            return false;
        }

        using var reader = new ElementReader(subject, new Sources(module, flow), blocks);
        long element = (long)body.Element;
        ulong claimed = !subject.IsScalar ? reader.Own(body.Output, element) : leaf.Scalars is [var scalar] ? (ulong)scalar : throw new NotBroughtException("the record has no scalar");
        Derivation derivation = DerivationTable.Of(subject, body.Output, element);
        return body.Cells is { } cells
            ? HasWrongCell(derivation, reader, blocks, cells, body, accused, claimed, out what)
            : Differs(derivation, reader, blocks, body, claimed, out what);
    }

    /// <summary>Evaluates everything, and compares the last cell with what the accused says.</summary>
    private static bool Differs(Derivation derivation, ElementReader reader, ProvenBlocks blocks, ValueBody body, ulong claimed, out string what)
    {
        if (derivation.Count > MostCells)
        {
            what = "it takes too many cells to be evaluated in a check";
            return false;
        }

        ulong value = 0;
        for (long cell = 0; cell < derivation.Count; cell++)
        {
            blocks.Add(cell, value = derivation.Evaluate(cell, reader));
        }

        what = value == claimed
            ? "the value follows"
            : FormattableString.Invariant($"element {body.Element} of its output {body.Output} is 0x{claimed:x} where 0x{value:x} follows");
        return value != claimed;
    }

    /// <summary>Evaluates one cell of those that the accused has signed, or compares their last with what he says.</summary>
    private static bool HasWrongCell(Derivation derivation, ElementReader reader, ProvenBlocks blocks, OpenedCells cells, ValueBody body, VerifierKey accused, ulong claimed, out string what)
    {
        if (cells.Wrong >= (ulong)derivation.Count
            || !CellClaim.TryOpen(cells.Note, accused, reader.Subject.Index, body.Output, body.Element, derivation.Count, out Digest signed)
            || !cells.Cells.TryRoot(checked(derivation.Count * CellClaim.CellBytes), out Digest root) || root != signed)
        {
            what = "the accused has not signed these cells";
            return false;
        }

        blocks.Add(cells.Cells);
        ulong his = blocks.Cell((long)cells.Wrong);
        if (cells.Wrong == (ulong)derivation.Count - 1 && his != claimed)
        {
            what = FormattableString.Invariant($"element {body.Element} of its output {body.Output} is 0x{claimed:x} where his own cells end in 0x{his:x}");
            return true;
        }

        ulong value = derivation.Evaluate((long)cells.Wrong, reader);
        what = value == his
            ? "the cell follows"
            : FormattableString.Invariant($"cell {cells.Wrong} of element {body.Element} of its output {body.Output} is 0x{his:x} where 0x{value:x} follows");
        return value != his;
    }

    private static bool TryRecord(IProvenEntries records, ulong index, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Retire? retire)
    {
        retire = records.TryEntry(index, out ReadOnlyMemory<byte> entry) && Record.TryDecode(entry.Span, out Record record, out _) && record is Retire found
            && found.Head.Sequence <= index ? found : null;
        return retire is not null;
    }
}
