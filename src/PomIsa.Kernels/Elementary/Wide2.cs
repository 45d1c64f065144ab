using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Two lanes of f64: any processor, Arm64 and 128-bit x86 above all.</summary>
internal readonly struct Wide2(Vector128<double> value) : IWide<Wide2>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector128<double> _value = value;

    public static int Count
    {
        [MethodImpl(Inline)]
        get => 2;
    }

    [MethodImpl(Inline)]
    public static Wide2 Create(double value) => new(Vector128.Create(value));

    [MethodImpl(Inline)]
    public static Wide2 Create(long bits) => new(Vector128.Create(bits).AsDouble());

    [MethodImpl(Inline)]
    public static Wide2 Load(ref readonly float source) => Lower(Vector64.LoadUnsafe(in source).ToVector128Unsafe());

    [MethodImpl(Inline)]
    public static void Store(Wide2 value, ref float target) =>
        Narrow(value._value).GetLower().StoreUnsafe(ref target);

    [MethodImpl(Inline)]
    public static Wide2 operator +(Wide2 a, Wide2 b) => new(a._value + b._value);

    [MethodImpl(Inline)]
    public static Wide2 operator -(Wide2 a, Wide2 b) => new(a._value - b._value);

    [MethodImpl(Inline)]
    public static Wide2 operator *(Wide2 a, Wide2 b) => new(a._value * b._value);

    [MethodImpl(Inline)]
    public static Wide2 operator /(Wide2 a, Wide2 b) => new(a._value / b._value);

    [MethodImpl(Inline)]
    public static Wide2 operator -(Wide2 a) => new(-a._value);

    [MethodImpl(Inline)]
    public static Wide2 operator &(Wide2 a, Wide2 b) => new(a._value & b._value);

    [MethodImpl(Inline)]
    public static Wide2 operator |(Wide2 a, Wide2 b) => new(a._value | b._value);

    [MethodImpl(Inline)]
    public static Wide2 operator ^(Wide2 a, Wide2 b) => new(a._value ^ b._value);

    [MethodImpl(Inline)]
    public static Wide2 operator <<(Wide2 a, int count) => new((a._value.AsInt64() << count).AsDouble());

    [MethodImpl(Inline)]
    public static Wide2 operator >>>(Wide2 a, int count) => new((a._value.AsInt64() >>> count).AsDouble());

    [MethodImpl(Inline)]
    public static Wide2 AddBits(Wide2 a, Wide2 b) => new((a._value.AsInt64() + b._value.AsInt64()).AsDouble());

    [MethodImpl(Inline)]
    public static Wide2 SubtractBits(Wide2 a, Wide2 b) => new((a._value.AsInt64() - b._value.AsInt64()).AsDouble());

    [MethodImpl(Inline)]
    public static Wide2 Top16(Wide2 a, out Wide2 number)
    {
        Vector128<long> top = a._value.AsInt64() >>> 48;
        // The bits of 2^52 over an integer are 2^52 plus that integer; flipping the sign, bit 15, adds 2^15.
        number = new((top ^ Vector128.Create(0x4330000000008000)).AsDouble() - Vector128.Create((double)((1L << 52) + (1 << 15))));
        return new(top.AsDouble());
    }

    [MethodImpl(Inline)]
    public static Wide2 MultiplyAdd(Wide2 a, Wide2 b, Wide2 c) =>
        new(AdvSimd.Arm64.IsSupported ? Vector128.FusedMultiplyAdd(a._value, b._value, c._value) : (a._value * b._value) + c._value);

    [MethodImpl(Inline)]
    public static Wide2 SubtractProduct(Wide2 c, Wide2 a, Wide2 b) =>
        new(AdvSimd.Arm64.IsSupported ? Vector128.FusedMultiplyAdd(-a._value, b._value, c._value) : c._value - (a._value * b._value));

    [MethodImpl(Inline)]
    public static Wide2 Abs(Wide2 a) => new(Vector128.Abs(a._value));

    [MethodImpl(Inline)]
    public static Wide2 Sqrt(Wide2 a) => new(Vector128.Sqrt(a._value));

    [MethodImpl(Inline)]
    public static Wide2 Min(Wide2 a, Wide2 b) => SelectLess(a, b, a, b);

    [MethodImpl(Inline)]
    public static Wide2 Max(Wide2 a, Wide2 b) => SelectLess(b, a, a, b);

    [MethodImpl(Inline)]
    public static Wide2 SelectLess(Wide2 a, Wide2 b, Wide2 yes, Wide2 no) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(a._value, b._value), yes._value, no._value));

    [MethodImpl(Inline)]
    public static Wide2 ReciprocalSeed(Wide2 a) => Lower(Vector128.Create(1f) / Narrow(a._value));

    [MethodImpl(Inline)]
    public static Wide2 ReciprocalSqrtSeed(Wide2 a) => Lower(Vector128.Create(1f) / Vector128.Sqrt(Narrow(a._value)));

    [MethodImpl(Inline)]
    public static Wide2 Lookup16(ReadOnlySpan<double> table, Wide2 index)
    {
        ref double entry = ref MemoryMarshal.GetReference(table);
        return new(Vector128.Create(
            Unsafe.Add(ref entry, (int)index._value.AsInt64().GetElement(0) & 15),
            Unsafe.Add(ref entry, (int)index._value.AsInt64().GetElement(1) & 15)));
    }

    [MethodImpl(Inline)]
    public static bool Inside(ref readonly float source, float near, float far, bool bothSigns)
    {
        Vector128<int> bits = Vector128.LoadUnsafe(in source).AsInt32();
        bits = bothSigns ? bits & Vector128.Create(int.MaxValue) : bits;
        return bothSigns && near == 0
            ? !Vector128.GreaterThanAny(bits, Vector128.Create(far).AsInt32())
            : !Vector128.GreaterThanAny(
                bits + Vector128.Create(WideConstants.FromNear(near)), Vector128.Create(WideConstants.ToFar(near, far)));
    }

    [MethodImpl(Inline)]
    public static bool Within(Wide2 first, Wide2 second, double far) => Vector128.LessThanOrEqualAll(
        Vector128.Abs(first._value), Vector128.Create(far))
        && Vector128.LessThanOrEqualAll(Vector128.Abs(second._value), Vector128.Create(far));

    [MethodImpl(Inline)]
    public static bool Round(Wide2 first, Wide2 second, int bits)
    {
        Vector128<int> low = Vector128.Narrow(first._value.AsInt64(), second._value.AsInt64());
        low = (low + Vector128.Create(WideConstants.Shift(bits))) & Vector128.Create(WideConstants.Mask(bits));
        return !Vector128.EqualsAny(low, Vector128<int>.Zero);
    }

    /// <summary>The lower two values, widened.</summary>
    [MethodImpl(Inline)]
    private static Wide2 Lower(Vector128<float> values) => new(Vector128.WidenLower(values));

    /// <summary>The two values, rounded, twice: all four lanes count, so that none holds a zero to divide by.</summary>
    [MethodImpl(Inline)]
    private static Vector128<float> Narrow(Vector128<double> values) => Vector128.Narrow(values, values);
}
