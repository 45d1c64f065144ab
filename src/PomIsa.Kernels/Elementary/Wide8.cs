using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Eight lanes of f64: AVX-512 only.</summary>
internal readonly struct Wide8(Vector512<double> value) : IWide<Wide8>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector512<double> _value = value;

    private static Vector512<int> Evens
    {
        [MethodImpl(Inline)]
        get => Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    }

    public static int Count
    {
        [MethodImpl(Inline)]
        get => 8;
    }

    [MethodImpl(Inline)]
    public static Wide8 Create(double value) => new(Vector512.Create(value));

    [MethodImpl(Inline)]
    public static Wide8 Create(long bits) => new(Vector512.Create(bits).AsDouble());

    [MethodImpl(Inline)]
    public static Wide8 Load(ref readonly float source) =>
        new(Avx512F.ConvertToVector512Double(Vector256.LoadUnsafe(in source)));

    [MethodImpl(Inline)]
    public static void Store(Wide8 value, ref float target) =>
        Avx512F.ConvertToVector256Single(value._value).StoreUnsafe(ref target);

    /// <summary>Two of them in one piece: whoever loads all 16 values at once after two halves were stored waits until both have reached the cache.</summary>
    [MethodImpl(Inline)]
    public static void Store(Wide8 first, Wide8 second, ref float target) => Avx512DQ.InsertVector256(
        Avx512F.ConvertToVector256Single(first._value).ToVector512Unsafe(), Avx512F.ConvertToVector256Single(second._value), 1).StoreUnsafe(ref target);

    [MethodImpl(Inline)]
    public static Wide8 operator +(Wide8 a, Wide8 b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static Wide8 operator -(Wide8 a, Wide8 b) => new(a._value - b._value);

    [MethodImpl(Inline)]
    public static Wide8 operator *(Wide8 a, Wide8 b) => new(a._value * b._value);

    [MethodImpl(Inline)]
    public static Wide8 operator /(Wide8 a, Wide8 b) => new(a._value / b._value);

    [MethodImpl(Inline)]
    public static Wide8 operator -(Wide8 a) => new(-a._value);

    [MethodImpl(Inline)]
    public static Wide8 operator &(Wide8 a, Wide8 b) => new(a._value & b._value);

    [MethodImpl(Inline)]
    public static Wide8 operator |(Wide8 a, Wide8 b) => new(a._value | b._value);

    [MethodImpl(Inline)]
    public static Wide8 operator ^(Wide8 a, Wide8 b) => new(a._value ^ b._value);

    [MethodImpl(Inline)]
    public static Wide8 operator <<(Wide8 a, int count) => new((a._value.AsInt64() << count).AsDouble());

    [MethodImpl(Inline)]
    public static Wide8 operator >>>(Wide8 a, int count) => new((a._value.AsInt64() >>> count).AsDouble());

    [MethodImpl(Inline)]
    public static Wide8 AddBits(Wide8 a, Wide8 b) => new((a._value.AsInt64() + b._value.AsInt64()).AsDouble());

    [MethodImpl(Inline)]
    public static Wide8 SubtractBits(Wide8 a, Wide8 b) => new((a._value.AsInt64() - b._value.AsInt64()).AsDouble());

    [MethodImpl(Inline)]
    public static Wide8 Top16(Wide8 a, out Wide8 number)
    {
        Vector512<long> top = a._value.AsInt64() >> 48;
        number = new(Avx512DQ.ConvertToVector512Double(top));
        return new(top.AsDouble());
    }

    [MethodImpl(Inline)]
    public static Wide8 MultiplyAdd(Wide8 a, Wide8 b, Wide8 c) =>
        new(Avx512F.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(Inline)]
    public static Wide8 SubtractProduct(Wide8 c, Wide8 a, Wide8 b) =>
        new(Avx512F.FusedMultiplyAddNegated(a._value, b._value, c._value));

    [MethodImpl(Inline)]
    public static Wide8 Abs(Wide8 a) => new(Vector512.Abs(a._value));

    [MethodImpl(Inline)]
    public static Wide8 Sqrt(Wide8 a) => new(Avx512F.Sqrt(a._value));

    [MethodImpl(Inline)]
    public static Wide8 Min(Wide8 a, Wide8 b) => new(Avx512F.Min(a._value, b._value));

    [MethodImpl(Inline)]
    public static Wide8 Max(Wide8 a, Wide8 b) => new(Avx512F.Max(a._value, b._value));

    [MethodImpl(Inline)]
    public static Wide8 SelectLess(Wide8 a, Wide8 b, Wide8 yes, Wide8 no) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(a._value, b._value), yes._value, no._value));

    [MethodImpl(Inline)]
    public static Wide8 ReciprocalSeed(Wide8 a) => new(Avx512F.ConvertToVector512Double(
        Vector256.Create(1f) / Avx512F.ConvertToVector256Single(a._value)));

    [MethodImpl(Inline)]
    public static Wide8 ReciprocalSqrtSeed(Wide8 a) => new(Avx512F.ConvertToVector512Double(
        Vector256.Create(1f) / Avx.Sqrt(Avx512F.ConvertToVector256Single(a._value))));

    [MethodImpl(Inline)]
    public static Wide8 Lookup16(ReadOnlySpan<double> table, Wide8 index)
    {
        ref double entry = ref MemoryMarshal.GetReference(table);
        return new(Avx512F.PermuteVar8x64x2(
            Vector512.LoadUnsafe(ref entry), index._value.AsInt64(), Vector512.LoadUnsafe(ref entry, 8)));
    }

    [MethodImpl(Inline)]
    public static bool Inside(ref readonly float source, float near, float far, bool bothSigns)
    {
        Vector512<int> bits = Vector512.LoadUnsafe(in source).AsInt32();
        bits = bothSigns ? bits & Vector512.Create(int.MaxValue) : bits;
        return bothSigns && near == 0
            ? !Vector512.GreaterThanAny(bits, Vector512.Create(far).AsInt32())
            : !Vector512.GreaterThanAny(
                bits + Vector512.Create(WideConstants.FromNear(near)), Vector512.Create(WideConstants.ToFar(near, far)));
    }

    [MethodImpl(Inline)]
    public static bool Within(Wide8 first, Wide8 second, double far) => Vector512.LessThanOrEqualAll(
        Vector512.Abs(first._value), Vector512.Create(far))
        && Vector512.LessThanOrEqualAll(Vector512.Abs(second._value), Vector512.Create(far));

    [MethodImpl(Inline)]
    public static bool Round(Wide8 first, Wide8 second, int bits)
    {
        Vector512<int> low = Avx512F.PermuteVar16x32x2(first._value.AsInt32(), Evens, second._value.AsInt32());
        low = (low + Vector512.Create(WideConstants.Shift(bits))) & Vector512.Create(WideConstants.Mask(bits));
        return !Vector512.EqualsAny(low, Vector512<int>.Zero);
    }
}
