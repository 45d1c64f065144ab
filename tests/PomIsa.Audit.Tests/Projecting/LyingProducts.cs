using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Audit.Tests.Projecting;

/// <summary>A machine whose products are right but for one, with whose wrong sums it goes on as if nothing were wrong.</summary>
/// <param name="which">The product that errs, counted from 0.</param>
/// <param name="change">Changes its sums, <c>i32[T, N]</c>.</param>
internal sealed unsafe class LyingProducts(int which, Action<int[]> change) : IProductSource
{
    private int _seen;

    /// <summary>One sum is wrong.</summary>
    /// <param name="which">The product that errs, counted from 0.</param>
    /// <param name="place">Which sum: taken modulo their number.</param>
    /// <param name="change">What is added to it.</param>
    public LyingProducts(int which, int place, int change)
        : this(which, sums => sums[place % sums.Length] += change)
    {
    }

    /// <summary>Products so far.</summary>
    public int Count => _seen;

    public bool TryTake(OpContext context, in ProductRows product, out FaultCode code)
    {
        code = FaultCode.None;
        int[] sums = new int[product.Rows * product.Columns];
        fixed (int* pointer = sums)
        {
            Multiply(product, pointer);
        }

        if (_seen++ == which)
        {
            change(sums);
        }

        if (product.Sums != null)
        {
            sums.CopyTo(new Span<int>(product.Sums, sums.Length));
        }

        if (product.Values != null)
        {
            LinearW8.Dequantize(
                sums, new ReadOnlySpan<float>(product.Scales, product.Rows), product.Weight.Scales, product.Rows, product.Columns, new Span<float>(product.Values, sums.Length), 0, Panels.Count(product.Columns));
        }

        return true;
    }

    public static void Multiply(in ProductRows product, int* sums)
    {
        var q = new sbyte[product.Rows * product.Depth];
        for (int i = 0; i < q.Length; i++)
        {
            q[i] = (sbyte)(product.Q[i] ^ product.Flip);
        }

        var acc = new Span<int>(sums, product.Rows * product.Columns);
        int panels = Panels.Count(product.Columns);
        if (product.Weight.Entry.Element == DType.W4)
        {
            var offsets = new int[q.Length / LinearW4.Group];
            LinearW4.GroupOffsets(q, product.Depth, offsets);
            LinearW4.MatMulI4(q, offsets, product.Weight.W4, product.Weight.SubScales, product.Rows, product.Depth, product.Columns, acc, 0, panels);
            return;
        }

        LinearW8.MatMulI8(q, product.Weight.W8, product.Weight.ColumnSums, product.Rows, product.Depth, product.Columns, acc, 0, panels);
    }
}
