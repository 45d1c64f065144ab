using PomIsa.Disputes.Values.Cells;
using PomIsa.Disputes.Values.Opcodes;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Evidence.Commitments;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>Has the accused sign the cells that one element follows from, and proves that one of them does not follow from those before it.</summary>
internal sealed class CellDispute(ElementDispute element, Subject subject, AccusedAnswers his, int output, long at, ulong said)
{
    private const int CellsInBlock = Commitment.BlockBytes / CellClaim.CellBytes;

    /// <summary>A proof, or null with what there is to say.</summary>
    public ElementProof? Prove(out string what)
    {
        Derivation derivation = DerivationTable.Of(subject, output, at);
        if (derivation.Count > ValueParty.MostCells)
        {
            what = "the element takes too many cells";
            return null;
        }

        byte[] note = his.Claim(output, (ulong)at, derivation.Count, out Digest root);
        CapturedBlocks all = element.Blocks([]);
        using (ElementReader reader = element.Reader(all, isBounded: false))
        {
            for (long cell = 0; cell < derivation.Count; cell++)
            {
                all.Cells.Add(derivation.Evaluate(cell, reader));
            }
        }

        long wrong = FirstWrong(derivation.Count, root, all.CellBytes());
        CapturedBlocks blocks = element.Blocks(all.Cells);
        if (wrong >= 0)
        {
            using ElementReader reader = element.Reader(blocks);
            derivation.Evaluate(wrong, reader);
        }
        else if (all.Cells[^1] == said)
        {
            what = "the value follows from its records";
            return null;
        }

        wrong = wrong < 0 ? derivation.Count - 1 : wrong;
        blocks.CellsRead.Add(wrong);
        ulong[] places = [.. blocks.CellsRead.Select(static c => (ulong)c / CellsInBlock).Distinct()];
        OpenedBlocks cells = his.Cells(output, (ulong)at, derivation.Count, root, places);
        byte[] body = element.Body(output, at, new OpenedCells(note, (ulong)wrong, cells), blocks).ToBytes();
        what = body.Length > ValueBody.MaxBytes ? FormattableString.Invariant($"its proof would have {body.Length} bytes")
            : FormattableString.Invariant($"element {at} of output {output} does not follow");
        return body.Length > ValueBody.MaxBytes ? null : new ElementProof(body);
    }

    /// <summary>The first cell that is not ours; -1 where all are.</summary>
    private long FirstWrong(long count, Digest root, byte[] ours)
    {
        BlockRanges tree = BlockRanges.Of(ours);
        if (tree.Root == root)
        {
            return -1;
        }

        long block = tree.Count == 1 ? 0 : his.FirstDifference(QuestionKind.CellRanges, output, (ulong)at, tree);
        byte[] told = block < 0 ? throw NotSigned() : his.Cells(output, (ulong)at, count, root, [(ulong)block]).Blocks[0];
        int differs = ours.AsSpan((int)block * Commitment.BlockBytes, told.Length).CommonPrefixLength(told);
        return differs == told.Length ? throw NotSigned() : ((block * Commitment.BlockBytes) + differs) / CellClaim.CellBytes;
    }

    private static ForfeitsException NotSigned() => new("its cells are not those that it signed");
}
