using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Commitments;

/// <summary>A tensor that waits in a batch: where the blocks of its rows lie.</summary>
/// <param name="Start">Offset of its copied bytes in the batch's own memory.</param>
/// <param name="Outside">Its bytes in the caller's memory; null where all were copied.</param>
/// <param name="Rows">Rows.</param>
/// <param name="RowBytes">Bytes of a row as it is committed.</param>
/// <param name="Rank">Dimensions.</param>
internal readonly unsafe record struct BatchTensor(int Start, IntPtr Outside, int Rows, int RowBytes, int Rank)
{
    /// <summary>Leaves of a row.</summary>
    internal int Leaves => (RowBytes + Commitment.BlockBytes - 1) / Commitment.BlockBytes;

    /// <summary>Counts its leaves, by length.</summary>
    internal void Expect(LeafPlan plan)
    {
        int whole = RowBytes / Commitment.BlockBytes, rest = RowBytes % Commitment.BlockBytes;
        plan.Expect(checked(Rows * whole), Commitment.BlockBytes);
        if (rest > 0)
        {
            plan.Expect(Rows, rest);
        }
    }

    /// <summary>Enters its leaves.</summary>
    /// <param name="own">The batch's own memory.</param>
    /// <param name="hash">Where the hash of the first leaf goes; the others follow.</param>
    internal void Enter(LeafPlan plan, byte* own, byte* hash)
    {
        byte* first = Outside == 0 ? own + Start : (byte*)Outside;
        for (int row = 0; row < Rows; row++)
        {
            byte* line = first + ((long)row * RowBytes);
            for (int from = 0; from < RowBytes; from += Commitment.BlockBytes)
            {
                int length = Math.Min(Commitment.BlockBytes, RowBytes - from);
                plan.Enter(line + from, length, hash);
                hash += Digest.Size;
            }
        }
    }
}
