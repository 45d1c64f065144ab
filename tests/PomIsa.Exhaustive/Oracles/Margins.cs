namespace PomIsa.Exhaustive.Oracles;

/// <summary>Relative margins around f64 values, each at least eight times the error bound that is derived for it.</summary>
/// <remarks>
/// A library call is off by at most 2^-48 (<see cref="LibM"/>), an operation by 2^-53. The cost of a wide margin is small: at 2^-40
/// one input in 30,000 is left to multi-precision.
/// <code>
/// function   f64 expression                      range         bound     margin
/// exp exp2 log log2 tanh erf sin cos             all           2^-48     2^-44   one call
/// rsqrt      1 / sqrt(x)                         x > 0         2^-52     2^-44   two roundings, the root's error halved at most
/// sigmoid    1 / (1 + exp(-x))                   all           2^-47.9   2^-44   e/(1 + e) ≤ 1 of the call's error, two roundings
/// silu       x / (1 + exp(-x))                   |x| ≥ 2^-60   2^-47.9   2^-44   likewise
/// silu       the f64 above x/2                   |x| &lt; 2^-60   strict    –       x/2 + x²/4 − x⁴/48 + …, and x²/4 &lt; |x|·2^-62
/// softplus   log1p(exp(x))                       x ≤ 0         2^-46.9   2^-43   log1p's condition number is at most 1: two calls
/// softplus   x + log1p(exp(-x))                  x > 0         2^-46.9   2^-43   likewise, and a sum of positive terms
/// gelu       x/2 · erfc(-x·√½)                   |x| ≥ 2^-60   2^-44.2   2^-40   erfc's condition number is at most 2z² + 1 ≤ 212 where z ≤ 10.26
///                                                                                (x ≥ -14.5; below, the value is less than 2^-152);
///                                                                                times two roundings of z, and one call
/// gelu       the f64 above x/2                   |x| &lt; 2^-60   strict    –       x/2 + x²/√(2π) − …, and x²/√(2π) &lt; |x|·2^-61
/// gelu.tanh  x / (1 + exp(-2u))                  |x| ≥ 2^-60   2^-43.1   2^-40   2u = 2√(2/π)·x·(1 + 0.044715x²) is off by 8 roundings, 2^-50,
///                                                                                of at most 110 (beyond, the value is less than 2^-150)
/// gelu.tanh  the f64 above x/2                   |x| &lt; 2^-60   strict    –       x/2 + x²/√(2π) − …
/// </code>
/// </remarks>
internal static class Margins
{
    /// <summary>One call and up to two roundings, or two well-conditioned roundings.</summary>
    public const double Call = 1.0 / (1L << 44);

    /// <summary>Two calls.</summary>
    public const double TwoCalls = 1.0 / (1L << 43);

    /// <summary>An ill-conditioned call: see the table.</summary>
    public const double Amplified = 1.0 / (1L << 40);

    /// <summary>Below this magnitude x/2 and the least excess are all that counts of silu and the gelus.</summary>
    public const double Near = 1.0 / (1L << 60);
}
