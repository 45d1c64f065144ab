using System.Runtime.InteropServices;
using PomIsa.Onnx.Reading;
using static PomIsa.Onnx.Tests.OperatorRun;

namespace PomIsa.Onnx.Tests;

/// <summary>BitCast by its definition: the bytes of the model's types stay as they are.</summary>
public sealed class BitCastTests
{
    private static readonly uint[] Patterns =
    [
        0, 0x80000000, 1, 0x80000001, 0x007fffff, 0x00800000, 0x00800001, 0x3f800000, 0x3f800001, 0xbf7fffff, 0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000,
        .. Enumerable.Range(0, 400).Select(static i => (uint)((i * 0x9e3779b9L) & 0xff7fffff)).Where(static b => (b & 0x7f800000) != 0x7f800000),
    ];

    [Fact]
    public void Bits_of_f32_are_those_of_i32()
    {
        HostTensor floats = new(OnnxType.Float, [Patterns.Length], MemoryMarshal.AsBytes(Patterns.AsSpan()).ToArray());
        HostTensor ints = new(OnnxType.Int32, [Patterns.Length], floats.Bytes);
        Assert.Equal(ints.Bytes, Run("BitCast", 26, [floats], [Int("to", 6)])[0].Bytes);
        Assert.Equal(floats.Bytes, Run("BitCast", 26, [ints], [Int("to", 1)])[0].Bytes);
        Assert.Equal(Patterns.Select(static b => (long)b), Run("BitCast", 26, [floats], [Int("to", 12)])[0].ToInt64());
    }

    [Theory]
    [InlineData(OnnxType.Float16, 0x7c00, 0x7e00)]
    [InlineData(OnnxType.BFloat16, 0x7f80, 0x7fc0)]
    public void Bits_of_halves_are_those_of_i16(OnnxType type, int infinity, int nan)
    {
        ushort[] bits = [.. Enumerable.Range(0, 1 << 16).Where(b => (b & 0x7fff) <= infinity || b == nan).Select(static b => (ushort)b)];
        HostTensor halves = new(type, [bits.Length], MemoryMarshal.AsBytes(bits.AsSpan()).ToArray());
        HostTensor shorts = Integers(OnnxType.Int16, [bits.Length], [.. bits.Select(static b => (long)(short)b)]);
        Assert.Equal(shorts.Bytes, Run("BitCast", 26, [halves], [Int("to", (int)OnnxType.Int16)])[0].Bytes);
        Assert.Equal(halves.Bytes, Run("BitCast", 26, [shorts], [Int("to", (int)type)])[0].Bytes);
    }

    [Fact]
    public void Bits_of_f64_are_those_of_i64_where_f32_holds_the_number()
    {
        float[] values = [0, -0f, 1, -1.5f, 3.25e-20f, float.Epsilon, -float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, BitConverter.UInt32BitsToSingle(0x7fc00000), 0.1f];
        long[] bits = [.. values.Select(static v => BitConverter.DoubleToInt64Bits(float.IsNaN(v) ? BitConverter.Int64BitsToDouble(0x7ff8000000000000) : v))];
        HostTensor doubles = new(OnnxType.Double, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        Assert.Equal(bits, Run("BitCast", 26, [doubles], [Int("to", (int)OnnxType.Int64)])[0].ToInt64());
        Assert.Equal(doubles.Bytes, Run("BitCast", 26, [Longs([bits.Length], bits)], [Int("to", (int)OnnxType.Double)])[0].Bytes);
        Assert.Equal(bits, Run("BitCast", 26, [Integers(OnnxType.UInt64, [bits.Length], bits)], [Int("to", (int)OnnxType.Int64)])[0].ToInt64());
    }

    [Fact]
    public void Signs_come_and_go()
    {
        Assert.Equal([255, 128, 127, 0], Run("BitCast", 26, [Integers(OnnxType.Int8, [4], -1, -128, 127, 0)], [Int("to", (int)OnnxType.UInt8)])[0].ToInt64());
        Assert.Equal([-1, -128, 127], Run("BitCast", 26, [Integers(OnnxType.UInt8, [3], 255, 128, 127)], [Int("to", (int)OnnxType.Int8)])[0].ToInt64());
        Assert.Equal([1, 0], Run("BitCast", 26, [Integers(OnnxType.Bool, [2], 1, 0)], [Int("to", (int)OnnxType.UInt8)])[0].ToInt64());
        Assert.Equal([4294967295L], Run("BitCast", 26, [Integers(OnnxType.Int32, [1], -1)], [Int("to", (int)OnnxType.UInt32)])[0].ToInt64());
    }

    [Fact]
    public void Types_of_other_sizes_are_refused() =>
        Assert.Contains("the bits of float are not those of a int64", Refused("BitCast", 26, [Floats([1], 1)], Int("to", 7)), StringComparison.Ordinal);
}
