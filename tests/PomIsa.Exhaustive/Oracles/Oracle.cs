using System.Runtime.CompilerServices;
using PomIsa.Exhaustive.MultiPrecision;

namespace PomIsa.Exhaustive.Oracles;

/// <summary>An output that is not the right one; all as bits.</summary>
internal readonly record struct WrongOutput(uint Input, uint Got, uint Expected)
{
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"input 0x{Input:x8} ({BitConverter.UInt32BitsToSingle(Input):R}) got 0x{Got:x8} ({BitConverter.UInt32BitsToSingle(Got):R}) expected 0x{Expected:x8} ({BitConverter.UInt32BitsToSingle(Expected):R})");
}

/// <summary>What checking some inputs came to.</summary>
internal sealed class Tally
{
    /// <summary>Wrong outputs that are kept in full.</summary>
    public const int Kept = 20;

    /// <summary>Inputs that f64 left open.</summary>
    public long Decided { get; set; }

    public long WrongCount { get; private set; }

    public List<WrongOutput> Wrong { get; } = [];

    public void Add(WrongOutput wrong)
    {
        WrongCount++;
        if (Wrong.Count < Kept)
        {
            Wrong.Add(wrong);
        }
    }
}

/// <summary>A function's oracle behind one type, to be looked up by name.</summary>
internal abstract class Oracle
{
    /// <summary>Changes when an oracle does, so that what an older one found right is looked at again.</summary>
    public const int Version = 1;

    private static readonly Oracle[] All =
    [
        new Oracle<ExpOracle>(), new Oracle<Exp2Oracle>(), new Oracle<LogOracle>(), new Oracle<Log2Oracle>(),
        new Oracle<SigmoidOracle>(), new Oracle<SiluOracle>(), new Oracle<SoftplusOracle>(),
        new Oracle<TanhOracle>(), new Oracle<ErfOracle>(), new Oracle<GeluOracle>(), new Oracle<GeluTanhOracle>(),
        new Oracle<RsqrtOracle>(), new Oracle<SinOracle>(), new Oracle<CosOracle>(),
    ];

    public abstract string Name { get; }

    /// <exception cref="NotSupportedException">The function has none.</exception>
    public static Oracle Of(string function) => Array.Find(All, o => o.Name == function)
        ?? throw new NotSupportedException($"'{function}' has no oracle: add one to tests/PomIsa.Exhaustive/Oracles.");

    /// <summary>Compares <paramref name="y"/> with the right results for <paramref name="x"/>.</summary>
    public abstract void Check(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Tally tally);

    /// <summary>The right result as f64 settles it; null where multi-precision has to.</summary>
    public abstract uint? Settle(float x);

    /// <summary>The right result of a finite x ≠ 0 by multi-precision.</summary>
    public abstract uint Decide(float x);
}

/// <inheritdoc/>
internal sealed class Oracle<T> : Oracle
    where T : struct, IOracle
{
    private const uint NaN = 0x7fc00000;

    public override string Name => T.Name;

    public override void Check(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Tally tally)
    {
        for (int i = 0; i < x.Length; i++)
        {
            if (!TrySettle(x[i], out uint expected))
            {
                expected = Decide(x[i]);
                tally.Decided++;
            }

            uint got = BitConverter.SingleToUInt32Bits(y[i]);
            if (got != expected)
            {
                tally.Add(new WrongOutput(BitConverter.SingleToUInt32Bits(x[i]), got, expected));
            }
        }
    }

    public override uint? Settle(float x) => TrySettle(x, out uint bits) ? bits : null;

    public override uint Decide(float x) => BitConverter.SingleToUInt32Bits(Workspace.OfThread.Decide(x, T.Evaluate));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TrySettle(float x, out uint bits)
    {
        if (!float.IsFinite(x) || x == 0)
        {
            bits = Canonical(AtLimit(x));
            return true;
        }

        Bracket bracket = T.Enclose(x);
        bits = Canonical((float)bracket.Low);
        return bits == Canonical((float)bracket.High);
    }

    private static float AtLimit(float x)
    {
        Limits limits = T.Limits;
        return BitConverter.SingleToUInt32Bits(x) switch
        {
            0x00000000 => limits.Zero,
            0x80000000 => limits.NegativeZero,
            0x7f800000 => limits.Infinity,
            0xff800000 => limits.NegativeInfinity,
            _ => float.NaN,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Canonical(float value) => float.IsNaN(value) ? NaN : BitConverter.SingleToUInt32Bits(value);
}
