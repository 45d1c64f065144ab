namespace PomIsa.Exhaustive.MultiPrecision;

/// <summary>Numbers at one precision for one evaluation: an argument, a result, and two for what comes between.</summary>
internal sealed class Workspace : IDisposable
{
    /// <summary>An evaluation may lose this many of its bits; what it gives is right to all others.</summary>
    public const int GuardBits = 20;

    private static readonly int[] Precisions = [200, 400, 800, 1600];

    private readonly Real _rounded = new(24);
    private readonly Real _factor = new(64);
    private readonly Real _end = new(64);

    [ThreadStatic]
    private static Workspace? _ofThread;

    /// <summary>This thread's own; lives as long as the thread.</summary>
    public static Workspace OfThread => _ofThread ??= new Workspace();

    public Real X { get; } = new(53);

    public Real Y { get; } = new(64);

    public Real A { get; } = new(64);

    public Real B { get; } = new(64);

    /// <summary>The correctly rounded value of a function at <paramref name="x"/>.</summary>
    /// <param name="evaluate">
    /// Leaves the function's value at X in Y, relative error below 2^(<see cref="GuardBits"/> − 1 − precision); true where it is exact.
    /// </param>
    public float Decide(float x, Func<Workspace, bool> evaluate)
    {
        X.Set(x);
        foreach (int precision in Precisions)
        {
            Y.Reset(precision);
            A.Reset(precision);
            B.Reset(precision);
            if (evaluate(this))
            {
                return _rounded.RoundToF32(Y);
            }

            float low = End(precision, -1), high = End(precision, 1);
            if (BitConverter.SingleToUInt32Bits(low) == BitConverter.SingleToUInt32Bits(high))
            {
                return low;
            }
        }

        throw new InvalidOperationException($"{Precisions[^1]} bits do not decide 0x{BitConverter.SingleToUInt32Bits(x):x8}.");
    }

    public void Dispose()
    {
        foreach (Real real in (Real[])[_rounded, _factor, _end, X, Y, A, B])
        {
            real.Dispose();
        }
    }

    /// <summary>Y · (1 ± 2^(GuardBits − precision)), rounded.</summary>
    private float End(int precision, int sign)
    {
        _factor.Reset(precision);
        _factor.Set(1);
        _end.Reset(precision);
        _end.Set(sign);
        _end.Scale(_end, GuardBits - precision);
        _factor.Add(_factor, _end);
        _end.Multiply(Y, _factor);
        return _rounded.RoundToF32(_end);
    }
}
