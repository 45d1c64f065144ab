using PomIsa.Rejections.Encoding;

namespace PomIsa.Rejections.Modules;

/// <summary>Element types by their numbers in the format.</summary>
internal static class Element
{
    public const byte F32 = 1, F16 = 2, BF16 = 3, I8 = 4, I32 = 5, I64 = 6, Bool = 7, W8 = 8, W4 = 9;

    /// <summary>Those that registers may have.</summary>
    public static readonly byte[] Computed = [F32, F16, BF16, I8, I32, I64, Bool];

    private static readonly string[] Names = ["", "f32", "f16", "bf16", "i8", "i32", "i64", "bool", "w8", "w4"];

    public static string Name(byte element) => Names[element];

    public static byte Of(string name) => (byte)Array.IndexOf(Names, name);

    /// <summary>Bytes of one element in a register.</summary>
    public static int Size(byte element) => element switch
    {
        F32 or I32 => 4,
        F16 or BF16 => 2,
        I64 => 8,
        _ => 1,
    };
}

/// <summary>A dimension as it is encoded: 2 · value, or 2 · symbol + 1.</summary>
internal readonly record struct Dim(uint Code)
{
    public static implicit operator Dim(int value) => new(2u * (uint)value);

    public static Dim Of(int value) => value;

    public static Dim Symbol(int index) => new((2u * (uint)index) + 1);

    public bool IsSymbol => (Code & 1) != 0;

    public int Value => (int)(Code >> 1);

    public override string ToString() => IsSymbol ? $"${Value}" : $"{Value}";
}

/// <summary>An element type with a shape.</summary>
internal sealed record Kind(byte Element, params Dim[] Shape)
{
    public bool Same(Kind other) => Element == other.Element && Shape.AsSpan().SequenceEqual(other.Shape);

    public override string ToString() => $"{Modules.Element.Name(Element)}[{string.Join(",", Shape)}]";
}

internal sealed record Weight(string Name, byte Element, int[] Shape, bool Panels)
{
    public byte[] Digest { get; init; } = new byte[32];
}

internal sealed record State(byte Element, int[] Row, int Symbol, int Max);

/// <summary>An instruction: its opcode, then operands and immediates, each as it is encoded.</summary>
internal sealed record Code(byte Opcode, params Piece[] Pieces)
{
    /// <summary>An instruction with indices as operands.</summary>
    public static Code Of(byte opcode, params int[] indices) => new(opcode, [.. indices.Select(static i => Layout.Number(i, "operand"))]);
}

/// <summary>Instructions that cases need around the one that they are about.</summary>
internal static class Asm
{
    public static readonly Code Halt = Code.Of(0x00), Ret = Code.Of(0x02), Brk = Code.Of(0x04), BrkIf = Code.Of(0x05), If = Code.Of(0x06),
        Else = Code.Of(0x07), End = Code.Of(0x08), Drop = Code.Of(0x11), Dup = Code.Of(0x12), Emit = Code.Of(0x70);

    public static Code Loop(uint most) => new(0x03, Layout.Number(most, "bound"));

    public static Code Push(long value) => new(0x10, Layout.Signed(value, "value"));

    public static Code Zeros(int register) => Code.Of(0x2c, register);

    public static Code Append(int state, int register) => Code.Of(0x60, state, register);

    public static Code Call(int function, params int[] registers) => Code.Of(0x01, [function, .. registers]);

    public static Code Input(int register, int input) => Code.Of(0x28, register, input);

    public static Code Rows(int register) => Code.Of(0x2b, register);

    public static Code Output(int register, int number) => Code.Of(0x2e, register, number);
}

/// <summary>A function: parameters and results are the first registers.</summary>
internal sealed class Function
{
    public bool Driver { get; set; }

    public int Parameters { get; set; }

    public int Results { get; set; }

    public int Locals { get; set; }

    public List<Kind> Registers { get; init; } = [];

    public List<Code> Body { get; init; } = [];

    /// <summary>A new register's index.</summary>
    public int Add(Kind kind)
    {
        Registers.Add(kind);
        return Registers.Count - 1;
    }
}

/// <summary>A program, right or wrong; <see cref="Layout"/> encodes it.</summary>
internal sealed class Draft
{
    public List<int> Symbols { get; init; } = [];

    public List<Weight> Weights { get; init; } = [];

    public List<State> States { get; init; } = [];

    public List<Kind> Inputs { get; init; } = [];

    public List<Function> Functions { get; init; } = [];

    public int Entry { get; set; }

    public List<(int Weight, byte[] Bytes)> Data { get; init; } = [];

    public byte[] Encode() => new Rendered(Layout.Of(this)).Bytes;
}
