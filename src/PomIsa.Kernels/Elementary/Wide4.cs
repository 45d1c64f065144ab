using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Four lanes of f64: AVX2 only.</summary>
internal readonly struct Wide4(Vector256<double> value) : IWide<Wide4>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector256<double> _value = value;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => 4;
    }

    [MethodImpl(Inline)]
    public static Wide4 Create(double value) => new(Vector256.Create(value));

    [MethodImpl(Inline)]
    public static Wide4 Create(long bits) => new(Vector256.Create(bits).AsDouble());

    [MethodImpl(Inline)]
    public static Wide4 Load(ref readonly float source) =>
        new(Avx.ConvertToVector256Double(Vector128.LoadUnsafe(in source)));

    [MethodImpl(Inline)]
    public static void Store(Wide4 value, ref float target) =>
        Avx.ConvertToVector128Single(value._value).StoreUnsafe(ref target);

    [MethodImpl(Inline)]
    public static Wide4 operator +(Wide4 a, Wide4 b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static Wide4 operator -(Wide4 a, Wide4 b) => new(a._value - b._value);

    [MethodImpl(Inline)]
    public static Wide4 operator *(Wide4 a, Wide4 b) => new(a._value * b._value);

    [MethodImpl(Inline)]
    public static Wide4 operator /(Wide4 a, Wide4 b) => new(a._value / b._value);

    [MethodImpl(Inline)]
    public static Wide4 operator -(Wide4 a) => new(-a._value);

    [MethodImpl(Inline)]
    public static Wide4 operator &(Wide4 a, Wide4 b) => new(a._value & b._value);

    [MethodImpl(Inline)]
    public static Wide4 operator |(Wide4 a, Wide4 b) => new(a._value | b._value);

    [MethodImpl(Inline)]
    public static Wide4 operator ^(Wide4 a, Wide4 b) => new(a._value ^ b._value);

    [MethodImpl(Inline)]
    public static Wide4 operator <<(Wide4 a, int count) => new((a._value.AsInt64() << count).AsDouble());

    [MethodImpl(Inline)]
    public static Wide4 operator >>>(Wide4 a, int count) => new((a._value.AsInt64() >>> count).AsDouble());

    [MethodImpl(Inline)]
    public static Wide4 AddBits(Wide4 a, Wide4 b) => new((a._value.AsInt64() + b._value.AsInt64()).AsDouble());

    [MethodImpl(Inline)]
    public static Wide4 SubtractBits(Wide4 a, Wide4 b) => new((a._value.AsInt64() - b._value.AsInt64()).AsDouble());

    [MethodImpl(Inline)]
    public static Wide4 Top16(Wide4 a, out Wide4 number)
    {
        Vector256<long> top = a._value.AsInt64() >>> 48;
        // The bits of 2^52 over an integer are 2^52 plus that integer; flipping the sign, bit 15, adds 2^15.
        number = new((top ^ Vector256.Create(0x4330000000008000)).AsDouble() - Vector256.Create((double)((1L << 52) + (1 << 15))));
        return new(top.AsDouble());
    }

    [MethodImpl(Inline)]
    public static Wide4 MultiplyAdd(Wide4 a, Wide4 b, Wide4 c) =>
        new(Fma.IsSupported ? Fma.MultiplyAdd(a._value, b._value, c._value) : (a._value * b._value) + c._value);

    [MethodImpl(Inline)]
    public static Wide4 SubtractProduct(Wide4 c, Wide4 a, Wide4 b) =>
        new(Fma.IsSupported ? Fma.MultiplyAddNegated(a._value, b._value, c._value) : c._value - (a._value * b._value));

    [MethodImpl(Inline)]
    public static Wide4 Abs(Wide4 a) => new(Vector256.Abs(a._value));

    [MethodImpl(Inline)]
    public static Wide4 Sqrt(Wide4 a) => new(Avx.Sqrt(a._value));

    [MethodImpl(Inline)]
    public static Wide4 Min(Wide4 a, Wide4 b) => new(Avx.Min(a._value, b._value));

    [MethodImpl(Inline)]
    public static Wide4 Max(Wide4 a, Wide4 b) => new(Avx.Max(a._value, b._value));

    [MethodImpl(Inline)]
    public static Wide4 SelectLess(Wide4 a, Wide4 b, Wide4 yes, Wide4 no) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(a._value, b._value), yes._value, no._value));

    [MethodImpl(Inline)]
    public static Wide4 ReciprocalSeed(Wide4 a) => new(Avx.ConvertToVector256Double(
        Vector128.Create(1f) / Avx.ConvertToVector128Single(a._value)));

    [MethodImpl(Inline)]
    public static Wide4 ReciprocalSqrtSeed(Wide4 a) => new(Avx.ConvertToVector256Double(
        Vector128.Create(1f) / Sse.Sqrt(Avx.ConvertToVector128Single(a._value))));

    [MethodImpl(Inline)]
    public static unsafe Wide4 Lookup16(ReadOnlySpan<double> table, Wide4 index)
    {
        Vector256<long> at = index._value.AsInt64() & Vector256.Create(15L);
        fixed (double* entries = table)
        {
            return new(Avx2.GatherVector256(entries, at, sizeof(double)));
        }
    }

    [MethodImpl(Inline)]
    public static bool Inside(ref readonly float source, float near, float far, bool bothSigns)
    {
        Vector256<int> bits = Vector256.LoadUnsafe(in source).AsInt32();
        bits = bothSigns ? bits & Vector256.Create(int.MaxValue) : bits;
        return bothSigns && near == 0
            ? !Vector256.GreaterThanAny(bits, Vector256.Create(far).AsInt32())
            : !Vector256.GreaterThanAny(
                bits + Vector256.Create(WideConstants.FromNear(near)), Vector256.Create(WideConstants.ToFar(near, far)));
    }

    [MethodImpl(Inline)]
    public static bool Within(Wide4 first, Wide4 second, double far) => Vector256.LessThanOrEqualAll(
        Vector256.Abs(first._value), Vector256.Create(far))
        && Vector256.LessThanOrEqualAll(Vector256.Abs(second._value), Vector256.Create(far));

    [MethodImpl(Inline)]
    public static bool Round(Wide4 first, Wide4 second, int bits)
    {
        Vector256<int> low = Avx.Shuffle(first._value.AsSingle(), second._value.AsSingle(), 0b10_00_10_00).AsInt32(); // the even words, in whatever order
        low = (low + Vector256.Create(WideConstants.Shift(bits))) & Vector256.Create(WideConstants.Mask(bits));
        return !Vector256.EqualsAny(low, Vector256<int>.Zero);
    }
}
