using System.Collections.Immutable;
using PomIsa.Isa.Format;

namespace PomIsa.Isa;

/// <summary>A named dimension with a maximum; the name is in <see cref="ModuleNames"/>.</summary>
/// <param name="Max">Greatest value, at least 1.</param>
public readonly record struct SymbolEntry(int Max);

/// <summary>How a weight's elements lie in its tensor.</summary>
public enum WeightLayout : byte
{
    /// <summary>Row-major.</summary>
    Rows = 0,

    /// <summary>Panels of 16 columns: <c>[N/16][K][16]</c>, for w8 <c>[N/16][K/4][16][4]</c>, for w4 <c>[N/16][K/8][16][4]</c>.</summary>
    Panels16 = 1,
}

/// <summary>A read-only tensor. A quantized entry stands for several: <see cref="WeightStorage"/> says which.</summary>
/// <param name="Name">Its address in the weights manifest.</param>
/// <param name="Element">Element type.</param>
/// <param name="Shape">Logical shape: [K,N] in panels, any in rows.</param>
/// <param name="Layout">Stored order.</param>
/// <param name="Digest">SHA-256 of the bytes of its tensors, one after the other; zero: not bound yet.</param>
public sealed record WeightEntry(
    string Name, DType Element, ImmutableArray<int> Shape, WeightLayout Layout, Digest Digest = default);

/// <summary>The bytes of a weight that travels inside the module.</summary>
/// <param name="Weight">Index of the weight.</param>
/// <param name="Bytes">Its stored tensors, one after the other.</param>
public sealed record WeightData(int Weight, ImmutableArray<byte> Bytes);

/// <summary>Rows that last from step to step inside one run.</summary>
/// <param name="Element">Element type.</param>
/// <param name="Row">Shape of one row, all constant.</param>
/// <param name="Symbol">The symbol that counts its rows.</param>
/// <param name="MaxRows">Rows it can hold.</param>
public sealed record StateEntry(DType Element, ImmutableArray<int> Row, int Symbol, int MaxRows);

/// <summary>A tensor that the host gives; only its first dimension may be a symbol.</summary>
public sealed record InputEntry(TensorType Type)
{
    /// <summary>The symbol of its first dimension, or -1 where that is a number.</summary>
    public int Symbol => Type.Rank > 0 && Type.Shape[0].IsSymbol ? Type.Shape[0].Symbol : -1;
}

/// <summary>The two kinds of functions.</summary>
public enum FunctionKind : byte
{
    /// <summary>Straight-line tensor code.</summary>
    Step = 0,

    /// <summary>Control, scalars, input, output and calls.</summary>
    Driver = 1,
}

/// <summary>A function: registers (parameters, results, then the rest), scalar locals, and instructions.</summary>
public sealed record Function
{
    public required FunctionKind Kind { get; init; }

    /// <summary>Registers 0..ParameterCount-1 hold the arguments at entry.</summary>
    public required int ParameterCount { get; init; }

    /// <summary>The registers after the parameters hold the results at <c>ret</c>.</summary>
    public required int ResultCount { get; init; }

    /// <summary>Type of each register.</summary>
    public required ImmutableArray<TensorType> Registers { get; init; }

    /// <summary>Scalar locals, zero at entry.</summary>
    public int LocalCount { get; init; }

    /// <summary>The instructions; empty while an assembler still infers the types of callers.</summary>
    public ImmutableArray<Instruction> Body { get; init; } = [];

    /// <summary>Types of the parameters.</summary>
    public ReadOnlySpan<TensorType> Parameters => Registers.AsSpan(0, ParameterCount);

    /// <summary>Types of the results.</summary>
    public ReadOnlySpan<TensorType> Results => Registers.AsSpan(ParameterCount, ResultCount);
}

/// <summary>A custom section that this version does not know; kept as it is.</summary>
public sealed record CustomSection(byte Id, ImmutableArray<byte> Bytes);

/// <summary>A program in memory, as an assembler builds it and the decoder reads it.</summary>
public sealed record Module
{
    public ImmutableArray<SymbolEntry> Symbols { get; init; } = [];

    public ImmutableArray<WeightEntry> Weights { get; init; } = [];

    public ImmutableArray<StateEntry> States { get; init; } = [];

    public ImmutableArray<InputEntry> Inputs { get; init; } = [];

    public ImmutableArray<Function> Functions { get; init; } = [];

    /// <summary>Weights that travel inside the module, in ascending index.</summary>
    public ImmutableArray<WeightData> Data { get; init; } = [];

    /// <summary>Index of the driver that a run starts with.</summary>
    public int Entry { get; init; }

    /// <summary>Names for people; not part of the program digest.</summary>
    public ModuleNames? Names { get; init; }

    /// <summary>Source positions; not part of the program digest.</summary>
    public SourceMap? Positions { get; init; }

    /// <summary>Doc comments; not part of the program digest.</summary>
    public ModuleText? Text { get; init; }

    /// <summary>Custom sections with ids above those known, in ascending id.</summary>
    public ImmutableArray<CustomSection> Customs { get; init; } = [];

    /// <summary>Reads a module from bytes that may be hostile. Says nothing about its validity: that is the verifier's part.</summary>
    /// <param name="bytes">The whole module.</param>
    /// <param name="module">The module; an empty one if it fails.</param>
    /// <param name="fault">Why not, with the byte offset; stage Malformed.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out Module module, out Fault fault) =>
        ModuleDecoder.TryDecode(bytes, out module, out fault);

    /// <summary>The one encoding of this module, custom sections included.</summary>
    /// <exception cref="ArgumentException">A name that can't be encoded, or operand counts that are not the row's.</exception>
    /// <exception cref="OverflowException">A negative index or count.</exception>
    public byte[] Encode() => ModuleEncoder.Encode(this, customs: true);

    /// <summary>SHA-256 of the encoding without custom sections: what the program is, whatever it is called.</summary>
    public Digest ProgramDigest() => Digest.Of(ModuleEncoder.Encode(this, customs: false));

    /// <summary>Name of a symbol, or <c>$index</c>.</summary>
    public string SymbolName(int index) => NameAt(Names?.Symbols, index) ?? $"${index}";

    /// <summary>Name of a state, or <c>state$index</c>.</summary>
    public string StateName(int index) => NameAt(Names?.States, index) ?? $"state${index}";

    /// <summary>Name of an input, or <c>input$index</c>.</summary>
    public string InputName(int index) => NameAt(Names?.Inputs, index) ?? $"input${index}";

    /// <summary>Name of a function, or <c>f$index</c>.</summary>
    public string FunctionName(int index) => Blank(FunctionNamesAt(index)?.Name) ?? $"f${index}";

    /// <summary>Name of a register, or <c>t$index</c>.</summary>
    public string RegisterName(int function, int index) =>
        NameAt(FunctionNamesAt(function)?.Registers, index) ?? $"t${index}";

    /// <summary>Name of a local, or <c>n$index</c>.</summary>
    public string LocalName(int function, int index) => NameAt(FunctionNamesAt(function)?.Locals, index) ?? $"n${index}";

    private FunctionNames? FunctionNamesAt(int index) =>
        Names is not null && index >= 0 && index < Names.Functions.Length ? Names.Functions[index] : null;

    private static string? NameAt(ImmutableArray<string>? names, int index) =>
        names is { } known && index >= 0 && index < known.Length ? Blank(known[index]) : null;

    private static string? Blank(string? name) => string.IsNullOrEmpty(name) ? null : name;
}
