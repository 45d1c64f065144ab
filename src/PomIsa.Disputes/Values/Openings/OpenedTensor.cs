using PomIsa.Disputes.Logs;
using PomIsa.Evidence.Commitments;

namespace PomIsa.Disputes.Values.Openings;

/// <summary>Some rows of an output of a record's instruction, of each some blocks.</summary>
/// <param name="Index">Log index of the record.</param>
/// <param name="Output">Which of its outputs.</param>
/// <param name="Rows">Strictly ascending; one at least.</param>
/// <param name="Blocks">Of each row.</param>
/// <param name="Siblings">What it takes to get from the rows to the tensor's root.</param>
internal sealed record OpenedTensor(ulong Index, int Output, ulong[] Rows, OpenedBlocks[] Blocks, Digest[] Siblings)
{
    /// <summary>The commitment that they lead to; false if they don't fit the tensor.</summary>
    public bool TryCommitment(TensorForm form, out Digest commitment)
    {
        commitment = default;
        var roots = new Digest[Rows.Length];
        for (int i = 0; i < roots.Length; i++)
        {
            if (Rows[i] >= (ulong)form.Rows || !Blocks[i].TryRoot(form.RowBytes, out roots[i]))
            {
                return false;
            }
        }

        if (roots.Length == 0 || !Multiproof.TryRoot((ulong)form.Rows, Rows, roots, Siblings, out Digest root))
        {
            return false;
        }

        commitment = Commitment.OfRoot(form.DType, form.Dimensions, root);
        return true;
    }

    public void Write(ByteSink to)
    {
        to.Long(Index);
        to.Byte(Output);
        to.Short(Rows.Length);
        for (int i = 0; i < Rows.Length; i++)
        {
            to.Long(Rows[i]);
            Blocks[i].Write(to);
        }

        to.Digests(Siblings);
    }

    public static OpenedTensor Read(ref Cursor from)
    {
        ulong index = from.Long();
        int output = from.Byte(), count = from.Count(sizeof(ulong) + sizeof(ushort));
        var rows = new ulong[count];
        var blocks = new OpenedBlocks[count];
        for (int i = 0; i < count; i++)
        {
            (rows[i], blocks[i]) = (from.Long(), OpenedBlocks.Read(ref from));
            from.Require(i == 0 || rows[i] > rows[i - 1]);
        }

        return new OpenedTensor(index, output, rows, blocks, from.Digests());
    }
}
