using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using PomIsa.Conformance.Protocol;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Machine;

namespace PomIsa.Conformance.Running;

/// <summary>A state: the shape of a row, the most rows it may hold, the rows it holds.</summary>
internal sealed record StateRows(DType Element, int[] Row, int Max, byte[] Raw)
{
    public int RowBytes => (int)Tensor.Count(Row) * Tensor.SizeOf(Element);

    public static StateRows Of(JsonElement json)
    {
        DType element = Tensor.ElementOf(json);
        int[] row = json.List("row", JsonFields.Number);
        int max = json.Number("max"), size = DTypes.IsComputed(element) ? Tensor.SizeOf(element) : throw new RequestException("A state has no such dtype.");
        long bytes = Tensor.Count(row) * size;
        if (row.Length == 0 || row.Contains(0) || max < 1 || bytes * max > Tensor.MostBytes)
        {
            throw new RequestException($"A state of {max} rows [{string.Join(',', row)}] is empty or too large.");
        }

        byte[] raw = Tensor.RawOf(json, "bits", size, -1);
        return raw.Length % bytes == 0 && raw.Length <= bytes * max
            ? new StateRows(element, row, max, raw)
            : throw new RequestException("'bits' are no whole rows, or more than 'max'.");
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("dtype", DTypes.NameOf(Element));
        json.WriteStartArray("row");
        Array.ForEach(Row, json.WriteNumberValue);
        json.WriteEndArray();
        json.WriteNumber("max", Max);
        Tensor.WriteBits(json, "bits", Raw, Tensor.SizeOf(Element));
        json.WriteEndObject();
    }
}

/// <summary>One execution of one opcode: what it is given. Fields as in spec/vectors/README.md.</summary>
internal sealed record OpcodeCase
{
    public required OpcodeRow Row { get; init; }

    public required Tensor[] Reads { get; init; }

    public required LogicalWeight[] Weights { get; init; }

    public required StateRows[] States { get; init; }

    /// <summary>Values of the symbols that the instruction names, in operand order.</summary>
    public required long[] Symbols { get; init; }

    public required Operand[] Immediates { get; init; }

    /// <summary>Scalars before, the top last.</summary>
    public required long[] Stack { get; init; }

    /// <summary>What the host gives to <c>input</c>.</summary>
    public required ImmutableArray<InputTensor> Inputs { get; init; }

    /// <summary>How <c>sample</c> chooses.</summary>
    public required SamplingParameters Sampling { get; init; }

    /// <summary>Types of the registers that are written.</summary>
    public required (DType Element, int[] Shape)[] Into { get; init; }

    public static OpcodeCase Of(JsonElement json)
    {
        string name = json.Text("opcode");
        if (!InstructionTable.TryFind(name, out OpcodeRow? row))
        {
            throw new RequestException($"There is no opcode '{name}'.");
        }

        if (row.Family == Family.Control)
        {
            throw new RequestException($"'{name}' is control and makes sense in a program alone.");
        }

        var one = new OpcodeCase
        {
            Row = row,
            Reads = json.List("reads", Tensor.Of),
            Weights = json.List("weights", LogicalWeight.Of),
            States = json.List("states", StateRows.Of),
            Symbols = json.TryField("symbols") is { ValueKind: JsonValueKind.Object } symbols ? [.. symbols.EnumerateObject().Select(static s => s.Value.Long())] : [],
            Immediates = ImmediateJson.All(json, row),
            Stack = json.List("stack", JsonFields.Long),
            Inputs = InputsOf(json),
            Sampling = SamplingOf(json),
            Into = json.List("into", Tensor.TypeOf),
        };
        one.CheckCounts();
        return one;
    }

    /// <summary>The tensors of <c>inputs</c>, or the list of i32 that <c>prompt</c> is.</summary>
    public static ImmutableArray<InputTensor> InputsOf(JsonElement json)
    {
        if (json.TryField("prompt") is null)
        {
            return [.. json.List("inputs", Tensor.Of).Select(static t => new InputTensor(t.Element, [.. t.Shape], [.. t.Raw]))];
        }

        int[] prompt = json.List("prompt", JsonFields.Signed);
        return [new InputTensor(DType.I32, [prompt.Length], [.. MemoryMarshal.AsBytes(prompt.AsSpan())])];
    }

    /// <summary>The sampling parameters; greedy where there are none.</summary>
    public static SamplingParameters SamplingOf(JsonElement json)
    {
        if (json.TryField("sampling") is not { } given)
        {
            return SamplingParameters.Greedy;
        }

        ulong topK = given.Field("topK").Unsigned();
        var sampling = new SamplingParameters(
            SamplingKind.Drawn, given.Field("seed").Unsigned(), (uint)given.Field("temperature").Bits(4), (uint)given.Field("topP").Bits(4), (uint)topK);
        return sampling.IsCanonical && topK <= uint.MaxValue ? sampling : throw new RequestException("'sampling' has a number out of range.");
    }

    private void CheckCounts()
    {
        Require("reads", Reads.Length, Operands(OperandKind.Register, Effect.Read));
        Require("into", Into.Length, Operands(OperandKind.Register, Effect.Write));
        Require("weights", Weights.Length, Operands(OperandKind.Weight));
        Require("states", States.Length, Operands(OperandKind.State));
        Require("symbols", Symbols.Length, Operands(OperandKind.Symbol));
        if (Operands(OperandKind.Input) > 0)
        {
            Require("inputs", Inputs.Length, 1);
            if (Inputs[0].Element != Into[0].Element || !Inputs[0].Shape.AsSpan().SequenceEqual(Into[0].Shape))
            {
                throw new RequestException("What the host gives and what is written differ in type.");
            }
        }

        if (Stack.Length < Row.Pops || Stack.Length - Row.Pops + Row.Pushes > Limits.Stack)
        {
            throw new RequestException($"'{Row.Mnemonic}' pops {Row.Pops} and pushes {Row.Pushes}; 'stack' has {Stack.Length}.");
        }

        if (Array.Exists(Symbols, static s => s is < 0 or > Limits.SymbolMaximum) || Array.Exists(Reads, static r => !DTypes.IsComputed(r.Element))
            || Array.Exists(Into, static i => !DTypes.IsComputed(i.Element)))
        {
            throw new RequestException("A symbol's value or a register's dtype is out of range.");
        }
    }

    private int Operands(OperandKind kind, Effect? effect = null) =>
        Row.Operands.Count(o => o.Kind == kind && (effect is null || o.Effect == effect));

    private void Require(string field, int have, int want)
    {
        if (have != want)
        {
            throw new RequestException($"'{Row.Mnemonic}' takes {want} in '{field}'; there are {have}.");
        }
    }
}
