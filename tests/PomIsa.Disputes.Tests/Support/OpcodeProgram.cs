using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using PomIsa.Conformance.Protocol;
using PomIsa.Conformance.Running;
using PomIsa.Conformance.Vectors;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Machine;

namespace PomIsa.Disputes.Tests.Support;

/// <summary>A case of an opcode's vectors as a whole program: inputs for what is read, a step that fills the states, a step with the instruction; all that it writes is put out.</summary>
internal sealed class OpcodeProgram
{
    private readonly OpcodeCase _case;
    private readonly List<TensorType> _registers = [];
    private readonly List<Instruction> _body = [];
    private readonly List<InputTensor> _inputs = [];
    private readonly List<Function> _functions = [];
    private readonly List<SymbolEntry> _symbols = [];
    private readonly List<StateEntry> _states = [];
    private long _held;

    private OpcodeProgram(OpcodeCase one) => _case = one;

    /// <summary>The program, verified and bound.</summary>
    public BoundProgram Program { get; private init; } = null!;

    public RunRequest Request { get; private init; } = null!;

    /// <summary>Opcodes that have values of their own, with the cases of their vectors that end in none of the faults.</summary>
    public static IEnumerable<(string Opcode, VectorCase Case)> Cases(Func<OpcodeRow, bool> wanted)
    {
        string folder = VectorFolder.Find(AppContext.BaseDirectory) ?? throw new InvalidOperationException("spec/vectors is not above the tests.");
        foreach (OpcodeRow row in InstructionTable.All.Where(wanted))
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, row.Mnemonic + ".json")));
            foreach (VectorCase one in file.RootElement.GetProperty("cases").EnumerateArray()
                .Select(c => new VectorCase(row.Mnemonic, c.Clone())).Where(static c => !c.IsProgram && c.Expectation == Expectation.Value))
            {
                yield return (row.Mnemonic, one);
            }
        }
    }

    /// <summary>The program of a case; null where no valid program gives its operands.</summary>
    public static OpcodeProgram? Of(VectorCase vector)
    {
        JsonObject json = JsonNode.Parse(vector.Json.GetRawText())!.AsObject();
        json["opcode"] = vector.Group;
        if (json["into"] is null && json["expect"]?["writes"] is JsonArray writes)
        {
            json["into"] = new JsonArray([.. writes.Select(static w => new JsonObject { ["dtype"] = w!["dtype"]!.DeepClone(), ["shape"] = w["shape"]!.DeepClone() })]);
        }

        using var document = JsonDocument.Parse(json.ToJsonString());
        var made = new OpcodeProgram(OpcodeCase.Of(document.RootElement.Clone()));
        Module module;
        try
        {
            module = made.Build();
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }

        if (!Verifier.TryVerify(module, out VerifiedModule? verified, out ImmutableArray<Fault> faults))
        {
            return null;
        }

        Assert.True(BoundProgram.TryBind(verified, null, out BoundProgram? bound, out MachineFault fault), fault.Detail);
        var request = new RunRequest { Inputs = [.. made._inputs], Sampling = made._case.Sampling };
        return new OpcodeProgram(made._case) { Program = bound, Request = request };
    }

    private Module Build()
    {
        OpcodeRow row = _case.Row;
        bool inDriver = row.Allowed == FunctionKinds.Driver;
        foreach (StateRows state in _case.States)
        {
            _held = state.Raw.Length / state.RowBytes - (row.Code is Opcode.Read ? 0 : _case.Reads[0].Shape[0]);
            _states.Add(new StateEntry(state.Element, [.. state.Row], 0, state.Max));
        }

        if (_case.States.Length > 0)
        {
            _symbols.Add(new SymbolEntry(_case.States.Max(static s => s.Max)));
        }

        int[] symbols = [.. _case.Symbols.Select(Symbol)];
        if (_held > 0)
        {
            Fill();
        }

        Tensor[] reads = _case.Reads;
        int next = 0, written = 0, weight = 0, state0 = 0, symbol = 0;
        var parameters = new List<TensorType>();
        var arguments = new List<int>();
        var results = new List<TensorType>();
        for (int i = 0; i < row.Operands.Length; i++)
        {
            if (row.Operands[i] is { Kind: OperandKind.Register, Effect: Effect.Read })
            {
                arguments.Add(Input(reads[next].Type, reads[next].Shape, reads[next].Raw));
                parameters.Add(reads[next++].Type);
            }
        }

        int[] counted = [.. Enumerable.Range(0, symbols.Length).Where(i => _case.Symbols[i] > 0 && _case.States.Length == 0)];
        foreach (int i in counted)
        {
            var type = TensorType.Of(DType.I8, Dim.OfSymbol(symbols[i]));
            arguments.Add(Input(type, [(int)_case.Symbols[i]], new byte[_case.Symbols[i]]));
            parameters.Add(type);
        }

        int rest = parameters.Count;
        if (_case.States.Length > 0 && row.Code is not Opcode.Read)
        {
            foreach (StateRows state in _case.States)
            {
                var type = new TensorType(state.Element, [reads[0].Shape[0], .. state.Row.Select(Dim.Of)]);
                arguments.Add(Input(type, [reads[0].Shape[0], .. state.Row], state.Raw[(int)(_held * state.RowBytes)..]));
                parameters.Add(type);
            }
        }

        foreach ((DType element, int[] shape) in _case.Into)
        {
            results.Add(row.Code == Opcode.Read ? new TensorType(element, [Dim.OfSymbol(0), .. shape[1..].Select(Dim.Of)]) : new TensorType(element, [.. shape.Select(Dim.Of)]));
        }

        var operands = new List<Operand>();
        next = 0;
        foreach (OperandRow operand in row.Operands)
        {
            operands.Add(Operand.Of(operand.Kind switch
            {
                OperandKind.Weight => weight++,
                OperandKind.State => state0++,
                OperandKind.Symbol => symbols[symbol++],
                OperandKind.Input => 0,
                _ when operand.Effect == Effect.Read => inDriver ? arguments[next++] : next++,
                _ => inDriver ? _registers.Count + written++ : parameters.Count + written++,
            }));
        }

        var instruction = new Instruction(row, [.. operands, .. _case.Immediates]);
        if (inDriver)
        {
            foreach (long scalar in _case.Stack)
            {
                _body.Add(Instruction.Of("push", Operand.OfI64(scalar)));
            }

            _body.Add(instruction);
            int outputs = _registers.Count;
            _registers.AddRange(results);
            PutOut(outputs, results.Count);
            for (int i = 0; i < _case.Stack.Length - row.Pops + row.Pushes; i++)
            {
                _body.Add(Instruction.Of("drop"));
            }
        }
        else
        {
            var body = new List<Instruction>();
            for (int i = 0; i < _case.States.Length && row.Code is not Opcode.Read; i++)
            {
                body.Add(Instruction.Of("append", Operand.Of(i), Operand.Of(rest + i)));
            }

            body.Add(instruction);
            int outputs = _registers.Count, given = results.Count;
            if (row.Code == Opcode.Read)
            {
                // What it gives has a dimension that no parameter binds, so it stays within the step; its last row comes out.
                given = _held > 0 && results[0].Rank == 2 ? 1 : 0;
                if (given > 0)
                {
                    body.Add(Instruction.Of("tail", Operand.Of(parameters.Count), Operand.Of(parameters.Count + 1), Operand.OfU32(1)));
                    results.Insert(0, TensorType.Of(results[0].Element, Dim.Of(1), results[0].Shape[1]));
                    body[^2] = new Instruction(row, [Operand.Of(parameters.Count + 1), .. operands[1..], .. _case.Immediates]);
                }
            }

            body.Add(Instruction.Of("ret"));
            _registers.AddRange(results.Take(given));
            Step(parameters, given, results, body);
            _body.Add(Instruction.Of("call", [Operand.Of(_functions.Count - 1), .. arguments.Select(Operand.Of), .. Enumerable.Range(outputs, given).Select(Operand.Of)]));
            PutOut(outputs, given);
        }

        _body.Add(Instruction.Of("halt"));
        _functions.Add(new Function { Kind = FunctionKind.Driver, ParameterCount = 0, ResultCount = 0, Registers = [.. _registers], Body = [.. _body] });
        WeightEntry[] entries = [.. row.Operands.Where(static o => o.Kind == OperandKind.Weight).Select((o, i) =>
        {
            var entry = new WeightEntry($"w{i}", _case.Weights[i].Values.Element, [.. _case.Weights[i].Values.Shape], o.Layout);
            return entry with { Digest = Digest.Of(StoredWeight.Bytes(entry, _case.Weights[i])) };
        })];
        return new Module
        {
            Symbols = [.. _symbols],
            Weights = [.. entries],
            States = [.. _states],
            Inputs = [.. Enumerable.Range(0, _inputs.Count).Select(InputOf)],
            Functions = [.. _functions],
            Data = [.. entries.Select((e, i) => new WeightData(i, [.. StoredWeight.Bytes(e, _case.Weights[i])])).Where(static d => d.Bytes.Length > 0)],
            Entry = _functions.Count - 1,
        };
    }

    private void PutOut(int first, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _body.Add(Instruction.Of("output", Operand.Of(first + i), Operand.OfU32((uint)i)));
        }
    }

    private InputEntry InputOf(int i)
    {
        Instruction input = _body.First(x => x.Row.Code == Opcode.Input && x.Operands[1].Index == i);
        return new InputEntry(_registers[input.Operands[0].Index]);
    }

    /// <summary>A symbol with a value: of none, it counts the rows of a state without any; else those of an argument, or of the states.</summary>
    private int Symbol(long value)
    {
        if (_case.States.Length > 0)
        {
            return 0;
        }

        _symbols.Add(new SymbolEntry((int)Math.Max(value, 1)));
        if (value == 0)
        {
            _states.Add(new StateEntry(DType.I8, [1], _symbols.Count - 1, 1));
        }

        return _symbols.Count - 1;
    }

    private void Fill()
    {
        var parameters = new List<TensorType>();
        var arguments = new List<int>();
        var body = new List<Instruction>();
        for (int i = 0; i < _case.States.Length; i++)
        {
            StateRows state = _case.States[i];
            var type = new TensorType(state.Element, [(int)_held, .. state.Row.Select(Dim.Of)]);
            parameters.Add(type);
            arguments.Add(Input(type, [(int)_held, .. state.Row], state.Raw[..(int)(_held * state.RowBytes)]));
            body.Add(Instruction.Of("append", Operand.Of(i), Operand.Of(i)));
        }

        body.Add(Instruction.Of("ret"));
        Step(parameters, 0, [], body);
        _body.Add(Instruction.Of("call", [Operand.Of(0), .. arguments.Select(Operand.Of)]));
    }

    private void Step(List<TensorType> parameters, int results, List<TensorType> written, List<Instruction> body) => _functions.Add(new Function
    {
        Kind = FunctionKind.Step,
        ParameterCount = parameters.Count,
        ResultCount = results,
        Registers = [.. parameters, .. written],
        Body = [.. body],
    });

    private int Input(TensorType type, int[] shape, byte[] raw)
    {
        _body.Add(Instruction.Of("input", Operand.Of(_registers.Count), Operand.Of(_inputs.Count)));
        _registers.Add(type);
        _inputs.Add(new InputTensor(type.Element, [.. shape], [.. raw]));
        return _registers.Count - 1;
    }
}
