using System.Security.Cryptography;
using PomIsa.Rejections.Modules;
using PomIsa.Rejections.Recording;
using static PomIsa.Rejections.Modules.Element;

namespace PomIsa.Rejections.Topics;

/// <summary>A product by a weight of zeros, with the record of what it multiplies; what it comes to is in no record.</summary>
internal static class Products
{
    private const byte MatMul = 0x50, LinearW8 = 0x51, LinearW4 = 0x58, Conv = 0xb2, MatMulI8 = 0x5d;

    /// <summary>Bits that rows may begin with: zeros, ties, subnormals, a scale that rounds to zero, infinities, NaNs that are not canonical.</summary>
    private static readonly (string Name, uint[] Bits)[] Rows =
    [
        ("zeros of both signs", [0, 0x80000000, 0, 0x80000000]),
        ("ties", [0x42fe0000, 0x3f000000, 0x3fc00000, 0xc0200000]),
        ("ends", [0x42fe0000, 0xc2fe0000, 0x42fdffff, 0x3effffff]),
        ("subnormals", [0x00000080, 0x80000040, 0x00000001, 0]),
        ("a scale of zero", [0x00000001, 0x80000001, 0, 0]),
        ("the greatest", [0x7f7fffff, 0xff7fffff, 0x7f000000, 0x00800000]),
        ("an infinity", [0x7f800000, 0x3f800000, 0xff800000, 0]),
        ("a NaN", [0x3f800000, 0xffc12345, 0x7f800001, 0x40000000]),
    ];

    public static IEnumerable<Rejection> All => [.. Special(), .. Shapes(), .. Plain(), .. Twice(), .. NearProducts.All];

    private static IEnumerable<Rejection> Special()
    {
        foreach ((string name, uint[] bits) in Rows)
        {
            foreach (byte opcode in (byte[])[LinearW8, LinearW4, MatMul])
            {
                int width = opcode == LinearW4 ? 32 : 4;
                var x = new Value(F32, [1, width], [.. bits.SelectMany(RecordBytes.Int), .. new byte[4 * (width - 4)]]);
                yield return Case($"{name}, {Name(opcode)}", opcode, x, 16);
            }
        }
    }

    /// <summary>Rows that fill a block or go over its end, none, and any rank.</summary>
    private static IEnumerable<Rejection> Shapes()
    {
        foreach (int[] shape in (int[][])[[4], [1, 8], [3, 4], [2, 3, 4], [2, 1, 3, 4], [0, 4], [2, 0, 4], [2, 1020], [1, 1024], [5, 260]])
        {
            yield return Case($"f32[{string.Join(",", shape)}], linear.w8", LinearW8, Drawn(shape), 16);
        }

        foreach (int[] shape in (int[][])[[32], [4, 64], [2, 2, 32], [2, 1024]])
        {
            yield return Case($"f32[{string.Join(",", shape)}], linear.w4", LinearW4, Drawn(shape), 32);
        }
    }

    private static IEnumerable<Rejection> Plain()
    {
        foreach (byte element in (byte[])[F32, F16, BF16])
        {
            foreach (int[] shape in (int[][])[[3], [2, 5], [2, 3, 4], [0, 4], [1, 257]])
            {
                yield return Case($"f32[{string.Join(",", shape)}] by {Element.Name(element)}", MatMul, Drawn(shape), 16, element);
            }
        }

        foreach (byte element in (byte[])[W8, W4])
        {
            foreach (int[] shape in (int[][])[[32], [3, 64], [2, 2, 32], [0, 32]])
            {
                var q = new Value(I8, shape, [.. Enumerable.Range(0, Count(shape)).Select(static i => (byte)(37 * i))]);
                yield return Case($"i8[{string.Join(",", shape)}] by {Element.Name(element)}", MatMulI8, q, 16, element);
            }
        }

        foreach (int[] shape in (int[][])[[1, 2, 3, 3], [2, 2, 1, 9], [3, 4, 8, 12]])
        {
            Value x = Drawn(shape);
            var draft = new Draft();
            Inside(draft, new Weight("w", F32, [shape[1], 1, 1, 3], false), new byte[12 * shape[1]]);
            yield return Around(draft, $"a plane f32[{string.Join(",", shape)}]", x, [new Kind(F32, [shape[0], shape[1], shape[2], shape[3] - 2])], Code.Of(Conv, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1));
        }
    }

    /// <summary>Two products of the same rows, and of a tensor that the first one's place is not.</summary>
    private static IEnumerable<Rejection> Twice()
    {
        var draft = new Draft();
        Inside(draft, new Weight("w", W8, [8, 16], true), new byte[Bytes(W8, 8, 16)]);
        Inside(draft, new Weight("v", F32, [8, 16], true), new byte[Bytes(F32, 8, 16)]);
        yield return Around(
            draft, "the same rows three times", Drawn([3, 8]), [new Kind(F32, 3, 16)],
            Code.Of(LinearW8, 1, 0, 0), Code.Of(MatMul, 1, 0, 1), Code.Of(LinearW8, 1, 0, 0));
    }

    private static Rejection Case(string name, byte opcode, Value x, int columns, byte? element = null)
    {
        byte kept = element ?? (opcode == LinearW8 ? W8 : opcode == LinearW4 ? W4 : F32);
        int width = x.Shape[^1];
        var draft = new Draft();
        Inside(draft, new Weight("w", kept, [width, columns], true), Panels(kept, width, columns));
        var result = new Kind(opcode == MatMulI8 ? I32 : F32, [.. x.Shape[..^1].Select(Dim.Of), columns]);
        return Around(draft, name, x, [result], Code.Of(opcode, 1, 0, 0));
    }

    /// <summary>A driver that takes x from its host, or zeros where x has no rows, and calls the step, whose first register x is.</summary>
    public static Rejection Around(Draft draft, string name, Value x, Kind[] registers, params Code[] body)
    {
        Kind kind = new(x.Element, [.. x.Shape.Select(Dim.Of)]);
        var step = new Function { Parameters = 1, Registers = { kind } };
        step.Registers.AddRange(registers);
        step.Body.AddRange([.. body, Asm.Ret]);
        bool given = x.Bytes.Length > 0;
        var driver = new Function { Driver = true, Registers = { kind }, Body = { given ? Asm.Input(0, 0) : Asm.Zeros(0), Asm.Call(1, 0), Asm.Halt } };
        draft.Functions.AddRange([driver, step]);
        if (given)
        {
            draft.Inputs.Add(kind);
        }

        return Records.Run(name, draft, given ? [x] : []);
    }

    public static void Inside(Draft draft, Weight weight, byte[] bytes)
    {
        draft.Data.Add((draft.Weights.Count, bytes));
        draft.Weights.Add(weight with { Digest = SHA256.HashData(bytes) });
    }

    /// <summary>Values of many magnitudes, the same at every call.</summary>
    public static Value Drawn(int[] shape) => new(
        F32, shape,
        [.. Enumerable.Range(1, Count(shape)).SelectMany(static i =>
        {
            uint mixed = unchecked(((uint)i * 2654435761u) ^ ((uint)i * 40503u << 7));
            return RecordBytes.Int((mixed & 0x807fffff) | ((118 + (mixed >> 5) % 12) << 23));
        })]);

    private static int Count(int[] shape) => shape.Aggregate(1, static (a, b) => a * b);

    /// <summary>A weight of zeros in panels, with scales of zero, as it is stored.</summary>
    public static byte[] Panels(byte element, int k, int n)
    {
        byte[] bytes = new byte[Bytes(element, k, n)];
        if (element == W4)
        {
            // A nibble of 0 is stored as 8, and sub-scales are 1 at least.
            bytes.AsSpan(0, k * n / 2).Fill(0x88);
            bytes.AsSpan(k * n / 2, k / 32 * n).Fill(1);
        }

        return bytes;
    }

    /// <summary>Bytes of a weight in panels, K by N, N a multiple of 16.</summary>
    private static int Bytes(byte element, int k, int n) => element switch
    {
        W8 => (k * n) + (4 * n),
        W4 => (k * n / 2) + (k / 32 * n) + (4 * n),
        F32 => 4 * k * n,
        _ => 2 * k * n,
    };

    private static string Name(byte opcode) => opcode switch
    {
        LinearW8 => "linear.w8",
        LinearW4 => "linear.w4",
        _ => "matmul",
    };
}
