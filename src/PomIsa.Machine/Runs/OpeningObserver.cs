using System.Runtime.InteropServices;
using PomIsa.Evidence.Openings;
using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Runs;

/// <summary>Keeps the products of a run, as they retire, beside what the attester makes of them.</summary>
internal sealed class OpeningObserver(IRetireObserver attester, OpeningWriter openings) : IRetireObserver
{
    private ulong _sequence;

    public bool WantsSums => true;

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        _sequence++;
        if (context.Product is { Kind: not 0, Rows: > 0 } product)
        {
            openings.Add(_sequence, product.Rows, product.Columns, MemoryMarshal.Cast<byte, int>(product.Sums));
        }
        else if (context.Line.Row.Code == Opcode.MatMulI8 && context.View(0) is { Length: > 0 } sums)
        {
            openings.Add(_sequence, sums.Rows, sums.Columns, sums.I32);
        }

        return attester.TryRetire(place, context, changes, out refusal);
    }
}
