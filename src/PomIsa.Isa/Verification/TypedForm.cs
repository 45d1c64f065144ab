namespace PomIsa.Isa.Verification;

/// <summary>Instructions that differ only in which registers and weights of the same types they name: they are typed once.</summary>
internal sealed class TypedForm(InferRequest request)
{
    private int _valuation;
    private UInt128 _work;

    /// <summary>Multiply-adds of one execution, computed once for a valuation of the symbols.</summary>
    /// <param name="valuation">A number that stands for <paramref name="symbols"/>, above zero.</param>
    /// <param name="symbols">One value for each symbol of the module.</param>
    public UInt128 Work(int valuation, ReadOnlySpan<long> symbols)
    {
        if (valuation != _valuation)
        {
            (_valuation, _work) = (valuation, request.Work(symbols));
        }

        return _work;
    }
}
