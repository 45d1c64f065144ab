using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Weights;

namespace PomIsa.Onnx.Lowering;

/// <summary>Appends instructions to the step that a model becomes. What follows from known values alone is computed at once instead.</summary>
/// <remarks>The machine itself computes it, so folding never changes a bit.</remarks>
/// <param name="weights">Takes the weights.</param>
/// <param name="kind">How known matrices are stored, where their depth allows.</param>
internal sealed class Emitter(IWeightSink weights, WeightKind kind = WeightKind.F32) : IDisposable
{
    /// <summary>Elements up to which results are folded; what is larger is computed when the program runs.</summary>
    public const long MostFolded = 1 << 24;

    /// <summary>Elements that a tensor made by a lowering has at most.</summary>
    private const long MostKnown = 1 << 26;

    private readonly InstructionRunner _runner = new();
    private readonly List<Instruction> _body = [];
    private readonly List<TensorType> _registers = [];
    private readonly List<QuantizedMatrix> _matrices = [];
    private readonly List<(string Name, int Max)> _symbols = [];
    private readonly List<(string Name, StateEntry Entry)> _states = [];
    private Module _declared = new();

    /// <summary>Elements up to which this one folds.</summary>
    public long Most { get; init; } = MostFolded;

    public IReadOnlyList<Instruction> Body => _body;

    public IReadOnlyList<TensorType> Registers => _registers;

    /// <summary>Takes the weights of the program.</summary>
    public IWeightSink Weights => weights;

    /// <summary>The known matrices that became weights, with what they lost.</summary>
    public IReadOnlyList<QuantizedMatrix> Matrices => _matrices;

    /// <summary>Name of the node that is being lowered: what its weights are called where they have no name of their own.</summary>
    public string Place { get; set; } = "";

    /// <summary>Open dimensions of the program, in the order of the module.</summary>
    public IReadOnlyList<(string Name, int Max)> Symbols => _symbols;

    /// <summary>What lasts from step to step, in the order of the module.</summary>
    public IReadOnlyList<(string Name, StateEntry Entry)> States => _states;

    /// <summary>Adds an open dimension.</summary>
    public Dim AddSymbol(string name, int max)
    {
        _symbols.Add((name, max));
        Declare();
        return Dim.OfSymbol(_symbols.Count - 1);
    }

    /// <summary>Index of the symbol of that name, or null.</summary>
    public int? SymbolOf(string name) => _symbols.FindIndex(s => s.Name == name) is >= 0 and var index ? index : null;

    /// <summary>Adds a state and gives its index.</summary>
    public int AddState(string name, StateEntry entry)
    {
        _states.Add((name, entry));
        Declare();
        return _states.Count - 1;
    }

    /// <summary>A register that holds an argument of the step.</summary>
    public Reg Parameter(TensorType type, string input)
    {
        _registers.Add(type);
        return Reg.OfRegister(type, _registers.Count - 1, [input]);
    }

    /// <summary>A scalar of a machine type.</summary>
    public static Reg Scalar(DType element, double value) => Filled(element, [], value);

    /// <summary>Known elements, all the same.</summary>
    public static Reg Filled(DType element, ReadOnlySpan<int> shape, double value)
    {
        long elements = 1;
        foreach (int dim in shape)
        {
            elements = Math.Min(elements * dim, MostKnown + 1);
        }

        int length = elements <= MostKnown ? (int)elements : throw new OnnxException($"a known tensor of [{string.Join(",", shape.ToArray())}] is too large");

        byte[] one = element switch
        {
            DType.F32 => BitConverter.GetBytes((float)value),
            DType.I32 => BitConverter.GetBytes((int)value),
            DType.I64 => BitConverter.GetBytes((long)value),
            DType.Bool or DType.I8 => [(byte)(sbyte)value],
            _ => throw new ArgumentException($"No constants of {element}.", nameof(element)),
        };
        var bytes = new byte[length * one.Length];
        for (int i = 0; i < length; i++)
        {
            one.CopyTo(bytes, i * one.Length);
        }

        return Reg.OfBytes(element, shape, bytes);
    }

    /// <summary>Known 64-bit integers.</summary>
    public static Reg Integers(ReadOnlySpan<int> shape, ReadOnlySpan<long> values) =>
        Reg.OfBytes(DType.I64, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>One instruction with one result whose type follows from what it reads.</summary>
    public Reg Emit(string mnemonic, ReadOnlySpan<Reg> reads, params ReadOnlySpan<Operand> immediates) =>
        EmitAll(mnemonic, reads, [], null, immediates)[0];

    /// <summary>One instruction whose result has the type that is given (reshape, expand).</summary>
    public Reg EmitAs(string mnemonic, ReadOnlySpan<int> shape, Reg x) =>
        EmitAll(mnemonic, [x], [], SymbolCode.Type(x.Element, shape), [])[0];

    /// <summary>One instruction with weights.</summary>
    public Reg EmitWith(string mnemonic, ReadOnlySpan<Reg> reads, ReadOnlySpan<int> stored, params ReadOnlySpan<Operand> immediates) =>
        EmitAll(mnemonic, reads, stored, null, immediates)[0];

    /// <summary>Any instruction: its results in operand order.</summary>
    /// <param name="mnemonic">The opcode.</param>
    /// <param name="reads">Registers that are read, in operand order.</param>
    /// <param name="stored">Weights, in operand order.</param>
    /// <param name="declared">Type of the result where the opcode takes a declared one.</param>
    /// <param name="immediates">Immediates in order.</param>
    /// <param name="items">States and symbols, in operand order.</param>
    /// <exception cref="OnnxException">The machine's rules refuse it; a mistake of a lowering that met something unforeseen.</exception>
    public Reg[] EmitAll(
        string mnemonic, ReadOnlySpan<Reg> reads, ReadOnlySpan<int> stored, TensorType? declared, ReadOnlySpan<Operand> immediates, params ReadOnlySpan<int> items)
    {
        if (!InstructionTable.TryFind(mnemonic, out OpcodeRow? row))
        {
            throw new OnnxException($"the machine has no opcode {mnemonic}");
        }

        // Registers of this instruction alone: the results first, then what is read.
        int results = row.Operands.Count(static o => o is { Kind: OperandKind.Register, Effect: Effect.Write });
        var types = new TensorType?[results + reads.Length];
        var operands = new Operand[row.OperandCount];
        types[0] = results > 0 ? declared : null;
        int result = 0, read = 0, weight = 0, item = 0;
        for (int i = 0; i < row.Operands.Length; i++)
        {
            OperandRow operand = row.Operands[i];
            operands[i] = operand.Kind == OperandKind.Weight ? Operand.Of(stored[weight++])
                : operand.Kind != OperandKind.Register ? Operand.Of(items[item++])
                : operand.Effect == Effect.Write ? Operand.Of(result++)
                : Operand.Of(results + read++);
        }

        immediates.CopyTo(operands.AsSpan(row.Operands.Length));
        for (int i = 0; i < reads.Length; i++)
        {
            types[results + i] = reads[i].Type;
        }

        var instruction = new Instruction(row, [.. operands]);
        var request = new InferRequest(_declared, instruction, register => types[register]);
        if (!request.TryInfer(out ImmutableArray<TensorType> written))
        {
            string shapes = string.Join(", ", reads.ToArray().Select(static r => r.Type.ToString()));
            throw new OnnxException($"{mnemonic} does not take {shapes}: {FaultTable.Of(request.Fault).Text}");
        }

        written.CopyTo(types!);
        foreach (TensorType type in written)
        {
            if (type.BytesAtLeast([.. _symbols.Select(static s => (long)s.Max)]) > (UInt128)Limits.TensorBytes)
            {
                throw new OnnxException($"a result of {type} is larger than the machine's tensors");
            }
        }

        return items.IsEmpty && TryFold(instruction, reads, types!, results, out Reg[] folded) ? folded : Append(instruction, reads, written);
    }

    /// <summary>The index of a weight with these stored bytes; the same bytes are kept once.</summary>
    public int Weight(DType element, ReadOnlySpan<int> shape, WeightLayout layout, byte[] stored, string? name = null)
    {
        int known = weights.Entries.Count, weight = weights.Add(name ?? Place, element, shape, layout, stored);
        if (weight == known)
        {
            Declare();
        }

        return weight;
    }

    /// <summary>A known matrix in panels, stored as the weights of this program are, if its depth allows.</summary>
    /// <param name="depth">K.</param>
    /// <param name="columns">N.</param>
    /// <param name="source">Its values.</param>
    /// <param name="name">Its name in the model, or null.</param>
    public StoredMatrix Matrix(int depth, int columns, PanelSource source, string? name)
    {
        int known = weights.Entries.Count;
        StoredMatrix stored = MatrixForm.Add(weights, name ?? Place, kind, depth, columns, source);
        if (stored.Weight == known)
        {
            Declare();
            _matrices.Add(new QuantizedMatrix(weights.Entries[known].Name, stored.Kind, depth, columns, stored.Error));
        }

        return stored;
    }

    /// <summary>The register of a tensor; known elements are loaded into one, once.</summary>
    public int Register(Reg reg)
    {
        if (reg.Index < 0)
        {
            // The format has no weights without elements; zeros of such a shape are as good.
            Reg loaded = reg.Length == 0
                ? Append(new Instruction(Instruction.Of("zeros").Row, [Operand.Of(0)]), [], [reg.Type])[0]
                : Append(new Instruction(Instruction.Of("load").Row, [Operand.Of(0), Operand.Of(Weight(reg.Element, reg.Shape, WeightLayout.Rows, reg.Bytes!, reg.Name))]), [], [reg.Type])[0];
            reg.Index = loaded.Index;
        }

        return reg.Index;
    }

    public void Dispose() => _runner.Dispose();

    private void Declare() => _declared = new Module
    {
        Symbols = [.. _symbols.Select(static s => new SymbolEntry(s.Max))],
        Weights = [.. weights.Entries],
        States = [.. _states.Select(static s => s.Entry)],
    };

    private bool TryFold(Instruction instruction, ReadOnlySpan<Reg> reads, TensorType[] types, int results, out Reg[] folded)
    {
        folded = [];
        bool known = InstructionRunner.CanRun(instruction.Row);
        var contents = new byte[]?[types.Length];
        for (int i = 0; known && i < reads.Length; i++)
        {
            known = reads[i].IsConstant;
        }

        for (int i = 0; known && i < results; i++)
        {
            known = types[i].Shape.All(static d => !d.IsSymbol) && types[i].Elements([]) <= (UInt128)Most;
        }

        if (!known)
        {
            return false;
        }

        for (int i = 0; i < reads.Length; i++)
        {
            contents[results + i] = reads[i].Bytes;
        }

        FaultCode code = _runner.Run(instruction, types, contents);
        if (code != FaultCode.None)
        {
            throw new OnnxException(FaultTable.Of(code).Text);
        }

        folded = new Reg[results];
        for (int i = 0; i < results; i++)
        {
            folded[i] = Reg.OfBytes(types[i].Element, [.. types[i].Shape.Select(static d => d.Value)], contents[i]!);
        }

        return true;
    }

    private Reg[] Append(Instruction local, ReadOnlySpan<Reg> reads, ImmutableArray<TensorType> written)
    {
        var unknown = ImmutableHashSet<string>.Empty;
        var sources = new int[reads.Length];
        for (int i = 0; i < reads.Length; i++)
        {
            sources[i] = Register(reads[i]);
            unknown = unknown.Union(reads[i].Unknown);
        }

        var results = new Reg[written.Length];
        for (int i = 0; i < results.Length; i++)
        {
            _registers.Add(written[i]);
            results[i] = Reg.OfRegister(written[i], _registers.Count - 1, unknown);
        }

        var operands = local.Operands.ToArray();
        for (int i = 0; i < local.Row.Operands.Length; i++)
        {
            if (local.Row.Operands[i].Kind == OperandKind.Register)
            {
                int own = operands[i].Index;
                operands[i] = Operand.Of(own < results.Length ? results[own].Index : sources[own - results.Length]);
            }
        }

        _body.Add(new Instruction(local.Row, [.. operands]));
        return results;
    }
}
