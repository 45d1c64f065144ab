namespace PomIsa.Isa.Verification;

/// <summary>Instructions that differ only in which registers and weights of the same types they name: they are typed once.</summary>
internal sealed class TypedForm(InferRequest request)
{
    private int _valuation;
    private ulong _workHigh; // no field of 128 bits: what has one is compiled anew in each process
    private ulong _workLow;

    /// <summary>Multiply-adds of one execution, computed once for a valuation of the symbols.</summary>
    /// <param name="valuation">A number that stands for <paramref name="symbols"/>, above zero.</param>
    /// <param name="symbols">One value for each symbol of the module.</param>
    public UInt128 Work(int valuation, ReadOnlySpan<long> symbols)
    {
        if (valuation != _valuation)
        {
            UInt128 work = request.Work(symbols);
            (_valuation, _workHigh, _workLow) = (valuation, (ulong)(work >> 64), unchecked((ulong)work));
        }

        return new UInt128(_workHigh, _workLow);
    }
}
