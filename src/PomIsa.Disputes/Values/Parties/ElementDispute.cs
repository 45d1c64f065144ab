using PomIsa.Disputes.Values.Cells;
using PomIsa.Disputes.Values.Opcodes;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Isa;
using PomIsa.Machine;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>A proof that one element does not follow.</summary>
internal sealed record ElementProof(byte[] Body);

/// <summary>Leads the accused from an output that is not ours to one element, and proves that it does not follow: by evaluating it, or by one of the cells that he signs.</summary>
/// <param name="program">The program with its weights.</param>
/// <param name="request">What the run was given.</param>
/// <param name="subject">The instruction.</param>
/// <param name="sources">What wrote its operands.</param>
/// <param name="values">What our own run put out.</param>
/// <param name="his">The accused's outputs there.</param>
/// <param name="told">Sequences of records whose leaves the proof opens beside.</param>
/// <param name="first">Log index of the run's opening record.</param>
/// <param name="claimed">The accused's claim.</param>
internal sealed class ElementDispute(
    BoundProgram program, RunRequest request, Subject subject, Sources sources, IRunValues values, AccusedAnswers his, ulong[] told, ulong first, ClaimedOutputs claimed)
{
    /// <summary>Elements and cells that a check reads at most: it stays within milliseconds, and larger ones are settled by the accused's cells.</summary>
    private const int MostReads = ElementReader.MostReads / 2;

    /// <summary>Row of the element, or -1.</summary>
    public long Row { get; private set; } = -1;

    /// <summary>Block of that row, or -1.</summary>
    public long Block { get; private set; } = -1;

    /// <summary>A proof, or null with what there is to say.</summary>
    /// <param name="byCells">Whether small elements are settled by cells, too.</param>
    public ElementProof? Prove(bool byCells, out string what)
    {
        int output = 0;
        long element = subject.IsScalar ? (his.HasOtherScalar ? 0 : -1) : FirstDifference(out output);
        if (element < 0)
        {
            what = "its outputs are ours, under another salt";
            return null;
        }

        what = FormattableString.Invariant($"element {element} of output {output} does not follow");
        ulong said = subject.IsScalar ? his.Scalar : Own(output, element);
        if (!byCells && Evaluate(output, element) is { } blocks && (blocks.Cells.Count == 0 || blocks.Cells[^1] != said))
        {
            ValueBody body = Body(output, element, null, blocks);
            if (body.ToBytes() is { Length: <= ValueBody.MaxBytes } bytes)
            {
                return new ElementProof(bytes);
            }
        }

        return new CellDispute(this, subject, his, output, element, said).Prove(out what);
    }

    /// <summary>What is read while cells of the element are evaluated.</summary>
    /// <param name="cells">Those that are known.</param>
    public CapturedBlocks Blocks(List<ulong> cells) => new(program, request, values) { Index = subject.Index, Accused = his.Block, Cells = cells };

    /// <summary>Reads elements from blocks.</summary>
    public ElementReader Reader(IBlocks blocks, bool isBounded = true) => new(subject, sources, blocks) { IsBounded = isBounded };

    /// <summary>A body that opens what was read, and the element.</summary>
    public ValueBody Body(int output, long element, OpenedCells? cells, CapturedBlocks blocks)
    {
        if (!subject.IsScalar)
        {
            (long row, long block, _, _) = subject.Form(output).Find(element);
            blocks.Tensors.Add((subject.Index, output, (ulong)row, (ulong)block));
        }

        IEnumerable<ulong> leaves = blocks.Tensors.Select(t => t.Index - first).Concat(told);
        return blocks.Body(claimed.Open(leaves), output, (ulong)element, cells, his.Open);
    }

    /// <summary>The first element that differs. What a product multiplies is looked at first, since the others follow from it; of d and q of <c>quantize</c> d.</summary>
    private long FirstDifference(out int output)
    {
        output = 0;
        if (subject.Row.Code == Opcode.Input && !his.HasOurSize(0))
        {
            (Row, Block) = (0, 0); // no prompt gives an input such rows, whatever is in them
            return 0;
        }

        long least = -1;
        foreach (int candidate in Candidates())
        {
            if (his.IsOurs(candidate))
            {
                continue;
            }

            long element = his.FirstDifference(candidate);
            if (least < 0 || element < least)
            {
                (least, output) = (element, candidate);
            }

            if (candidate == subject.Recorded || subject.Row.Mnemonic == "quantize")
            {
                break;
            }
        }

        if (least >= 0)
        {
            (Row, Block, _, _) = subject.Form(output).Find(least);
        }

        return least;
    }

    private IEnumerable<int> Candidates() =>
        subject.Row.CommittedOperand >= 0 ? [subject.Recorded, .. Enumerable.Range(0, subject.Recorded)]
        : subject.Row.Mnemonic == "quantize" ? [1, 0]
        : Enumerable.Range(0, subject.Outputs);

    private ulong Own(int output, long element)
    {
        using ElementReader reader = Reader(Blocks([]));
        return reader.Own(output, element);
    }

    /// <summary>What is read to evaluate the element as a whole, and its cells, which end where the instruction traps; null where it takes too much.</summary>
    private CapturedBlocks? Evaluate(int output, long element)
    {
        CapturedBlocks blocks = Blocks([]);
        using var reader = new ElementReader(subject, sources, blocks) { Most = MostReads };
        try
        {
            Derivation derivation = DerivationTable.Of(subject, output, element);
            if (derivation.Count > ValueProof.MostCells)
            {
                return null;
            }

            for (long cell = 0; cell < derivation.Count; cell++)
            {
                blocks.Cells.Add(derivation.Evaluate(cell, reader));
                if (blocks.ReadBytes > ValueBody.MaxBytes)
                {
                    return null;
                }
            }
        }
        catch (TooMuchException)
        {
            return null;
        }
        catch (TrapsException)
        {
            blocks.Cells.Clear();
        }

        return blocks;
    }
}
