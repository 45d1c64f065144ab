namespace PomIsa.Isa.Verification;

/// <summary>Instructions that differ only in which registers and weights of the same types they name: they are typed once.</summary>
internal sealed class TypedForm(InferRequest request)
{
    private int _valuation;
    private ulong _work; // not of 128 bits: what has such a field is compiled anew in each process
    private bool _isBeyond;

    /// <summary>Multiply-adds of one execution, computed once for a valuation of the symbols; the greatest number where they are beyond 64 bits.</summary>
    /// <param name="valuation">A number that stands for <paramref name="symbols"/>, above zero.</param>
    /// <param name="symbols">One value for each symbol of the module.</param>
    public UInt128 Work(int valuation, ReadOnlySpan<long> symbols)
    {
        if (valuation != _valuation)
        {
            UInt128 work = request.Work(symbols);
            _isBeyond = work > ulong.MaxValue;
            (_valuation, _work) = (valuation, _isBeyond ? 0 : (ulong)work);
        }

        return _isBeyond ? UInt128.MaxValue : _work;
    }
}
