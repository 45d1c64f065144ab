using System.Numerics;
using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference.Integers;

namespace PomIsa.Kernels.Tests;

/// <summary>Arithmetic, comparisons and logic of i32 and i64, against exact results that wrap.</summary>
[Properties(Arbitrary = [typeof(Generators)], MaxTest = 100, QuietOnSuccess = true)]
public sealed class WholeNumberTests
{
    private delegate void Vectors<T, TResult>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<TResult> y);

    private delegate void WithOne<T, TResult>(ReadOnlySpan<T> a, T b, Span<TResult> y);

    private delegate void Map<T>(ReadOnlySpan<T> x, Span<T> y);

    [Property]
    public void Arithmetic_of_32_bits_wraps(Length length, Seed seed) => Arithmetic<int>(length.Value, seed.Value, 32);

    [Property]
    public void Arithmetic_of_64_bits_wraps(Length length, Seed seed) => Arithmetic<long>(length.Value, seed.Value, 64);

    [Property]
    public void Truth_values_are_bytes_of_which_all_but_0_count_as_1(Length length, Seed seed)
    {
        var values = new Values(seed.Value);
        byte[] a = Truth(values, length.Value), b = Truth(values, length.Value);
        Binary(a, b, Logic.And, Logic.And, static (l, r) => Bit(l != 0 && r != 0));
        Binary(a, b, Logic.Or, Logic.Or, static (l, r) => Bit(l != 0 || r != 0));
        Binary(a, b, Logic.Xor, Logic.Xor, static (l, r) => Bit(l != 0 != (r != 0)));
        Binary(a, b, Logic.Same, Logic.Same, static (l, r) => Bit(l != 0 == (r != 0)));
        Unary(a, Logic.Not, static v => Bit(v == 0));
    }

    [Fact]
    public void The_least_number_has_no_opposite()
    {
        int[] y = new int[1];
        Quotients.Div<int>([int.MinValue], [-1], y);
        Assert.Equal(int.MinValue, y[0]);
        Quotients.Rem<int>([int.MinValue], -1, y);
        Assert.Equal(0, y[0]);
        Exact.Abs<int>([int.MinValue], y);
        Assert.Equal(int.MinValue, y[0]);
    }

    private static void Arithmetic<T>(int length, uint seed, int bits)
        where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>, IMinMaxValue<T>
    {
        var values = new Values(seed);
        T[] a = Mixed<T>(values, length), b = Mixed<T>(values, length), d = [.. b.Select(static v => T.IsZero(v) ? T.One : v)];
        Func<T, T, T> Exactly(Func<BigInteger, BigInteger, BigInteger> rule) =>
            (l, r) => T.CreateTruncating(Ref.Wrap(rule(BigInteger.CreateChecked(l), BigInteger.CreateChecked(r)), bits));
        Binary(a, b, Integers.Add, Integers.Add, Exactly(static (l, r) => l + r));
        Binary(a, b, Integers.Sub, Integers.Sub, Exactly(static (l, r) => l - r));
        Binary(a, b, Integers.Mul, Integers.Mul, Exactly(static (l, r) => l * r));
        Binary(a, b, Integers.Min, Integers.Min, Exactly(BigInteger.Min));
        Binary(a, b, Integers.Max, Integers.Max, Exactly(BigInteger.Max));
        Binary(a, d, Quotients.Div, Quotients.Div, Exactly(Ref.Divide));
        Binary(a, d, Quotients.Rem, Quotients.Rem, Exactly(Ref.Remainder));
        Binary(a, b, Logic.And, Logic.And, Exactly(static (l, r) => l & r));
        Binary(a, b, Logic.Or, Logic.Or, Exactly(static (l, r) => l | r));
        Binary(a, b, Logic.Xor, Logic.Xor, Exactly(static (l, r) => l ^ r));
        Unary(a, Logic.Not, v => Exactly(static (l, _) => -1 - l)(v, v));
        Unary(a, Exact.Neg, v => Exactly(static (l, _) => -l)(v, v));
        Unary(a, Exact.Abs, v => Exactly(static (l, _) => BigInteger.Abs(l))(v, v));
        Unary(a, Exact.Sign, v => Exactly(static (l, _) => l.Sign)(v, v));
        Compare(a, b, Comparison.Equal, Comparison.Equal, static order => order == 0);
        Compare(a, b, Comparison.NotEqual, Comparison.NotEqual, static order => order != 0);
        Compare(a, b, Comparison.Less, Comparison.Less, static order => order < 0);
        Compare(a, b, Comparison.LessOrEqual, Comparison.LessOrEqual, static order => order <= 0);
        Compare(a, b, Comparison.Greater, Comparison.Greater, static order => order > 0);
        Compare(a, b, Comparison.GreaterOrEqual, Comparison.GreaterOrEqual, static order => order >= 0);
    }

    private static void Compare<T>(T[] a, T[] b, Vectors<T, byte> vectors, WithOne<T, byte> withOne, Func<int, bool> rule)
        where T : unmanaged, IBinaryInteger<T>
    {
        byte[] y = new byte[a.Length];
        vectors(a, b, y);
        Assert.Equal([.. a.Zip(b, (l, r) => Bit(rule(BigInteger.CreateChecked(l).CompareTo(BigInteger.CreateChecked(r)))))], y);
        if (a.Length > 0)
        {
            withOne(a, b[0], y);
            Assert.Equal([.. a.Select(l => Bit(rule(BigInteger.CreateChecked(l).CompareTo(BigInteger.CreateChecked(b[0])))))], y);
        }
    }

    private static void Binary<T>(T[] a, T[] b, Vectors<T, T> vectors, WithOne<T, T> withOne, Func<T, T, T> rule)
    {
        T[] expected = [.. a.Zip(b, rule)], y = new T[a.Length], left = [.. a], right = [.. b];
        vectors(a, b, y);
        Assert.Equal(expected, y);
        vectors(left, b, left);
        Assert.Equal(expected, left);
        vectors(a, right, right);
        Assert.Equal(expected, right);
        if (a.Length > 0)
        {
            withOne(a, b[0], y);
            Assert.Equal([.. a.Select(l => rule(l, b[0]))], y);
        }
    }

    private static void Unary<T>(T[] x, Map<T> map, Func<T, T> rule)
    {
        T[] expected = [.. x.Select(rule)], y = new T[x.Length], place = [.. x];
        map(x, y);
        Assert.Equal(expected, y);
        map(place, place);
        Assert.Equal(expected, place);
    }

    private static byte Bit(bool value) => value ? (byte)1 : (byte)0;

    private static byte[] Truth(Values values, int count) => [.. Enumerable.Range(0, count).Select(_ => (byte)(values.Below(2) * values.Below(256)))];

    /// <summary>Any bits, small numbers, and those at the ends.</summary>
    private static T[] Mixed<T>(Values values, int count)
        where T : IBinaryInteger<T>, IMinMaxValue<T> => [.. Enumerable.Range(0, count).Select(_ => values.Below(4) switch
        {
            0 => T.CreateTruncating(values.Below(7) - 3),
            1 => values.Below(2) == 0 ? T.MinValue : T.MaxValue,
            _ => T.CreateTruncating(values.Next()),
        })];
}
