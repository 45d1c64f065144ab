using PomIsa.Evidence.Openings;
using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Runs;

/// <summary>Keeps the products of a run, as they retire, beside what the attester makes of them: they are computed where they are written from.</summary>
internal sealed class OpeningObserver(IRetireObserver attester, OpeningWriter openings) : IRetireObserver, IProductSums
{
    private ulong _sequence;

    public bool WantsSums => true;

    /// <inheritdoc/>
    public unsafe int* Take(int rows, int columns) => rows == 0 ? null : openings.Reserve(rows, columns, isScaled: true);

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        _sequence++;
        if (context.Product is { Kind: not 0, Rows: > 0 } product)
        {
            openings.Add(_sequence, product.Rows, product.Columns, product.Scales, product.Sums);
        }
        else if (context.Line.Row.Code == Opcode.MatMulI8 && context.View(0) is { Length: > 0 } sums)
        {
            openings.Add(_sequence, sums.Rows, sums.Columns, [], sums.Raw);
        }

        return attester.TryRetire(place, context, changes, out refusal);
    }
}
