using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Packaging.Models;
using PomIsa.Packaging.Weights;

namespace PomIsa.Onnx.Decoders;

/// <summary>The program of a decoder: one step over T tokens after S, and a driver.</summary>
internal static class DecoderBuilder
{
    private const int T = 0, S = 1, P = 2;

    /// <summary>Symbols T, S and P, in this order, and the states.</summary>
    public static void Declare(Emitter e, IEnumerable<Cache> caches, int context)
    {
        e.AddSymbol(Extents.RowsName, context);
        e.AddSymbol(Extents.PastName, context);
        e.AddSymbol("P", context);
        foreach (Cache cache in caches)
        {
            e.AddState(cache.Name, new StateEntry(DType.F32, [cache.Width], S, context));
        }
    }

    /// <summary>The module.</summary>
    /// <param name="e">The lowered step; its first register holds the tokens.</param>
    /// <param name="logits">The register of the logits.</param>
    /// <param name="info">Context, vocabulary, end tokens.</param>
    /// <param name="allRows">Whether the driver gives the logits of a prompt's rows instead of an answer.</param>
    public static CompiledModel Build(Emitter e, Reg logits, DecoderInfo info, bool allRows)
    {
        Function step = RegisterReuse.Step(e.Body, e.Registers, 1, e.Register(logits));
        TensorType prompt = new(DType.I32, [Dim.OfSymbol(P)]), limit = new(DType.I32, [Dim.Of(1)]);
        var module = new Module
        {
            Symbols = [.. e.Symbols.Select(static s => new SymbolEntry(s.Max))],
            Weights = [.. e.Weights.Entries],
            States = [.. e.States.Select(static s => s.Entry)],
            Inputs = allRows ? [new InputEntry(prompt)] : [new InputEntry(prompt), new InputEntry(limit)],
            Functions = [step, allRows ? Reading(info) : Answering(info)],
            Entry = 1,
            Names = new ModuleNames
            {
                Module = "decoder",
                Symbols = [.. e.Symbols.Select(static s => s.Name)],
                States = [.. e.States.Select(static s => s.Name)],
                Inputs = allRows ? ["prompt"] : ["prompt", "limit"],
                Functions =
                [
                    new FunctionNames(allRows ? "forward_all" : "forward", ["ids", "logits"], []),
                    allRows ? new FunctionNames("main", ["words", "logits"], []) : new FunctionNames("main", ["words", "most", "logits", "word"], ["next", "position"]),
                ],
            },
        };
        ImmutableArray<ModelPort> inputs = [new ModelPort("prompt", OnnxTypesInt, [ModelPort.Open])];
        ImmutableArray<ModelPort> outputs = allRows ? [new ModelPort("logits", Onnx.Reading.OnnxType.Float, [ModelPort.Open, info.Vocabulary])] : [];
        inputs = allRows ? inputs : inputs.Add(new ModelPort("limit", OnnxTypesInt, [1]));
        return new CompiledModel(module, inputs, outputs, (e.Weights as MemoryWeights)?.Contents ?? [], [.. e.Matrices]) { Decoder = info };
    }

    private const Onnx.Reading.OnnxType OnnxTypesInt = Onnx.Reading.OnnxType.Int32;

    /// <summary>Reads the prompt, and gives the logits behind each of its tokens.</summary>
    private static Function Reading(DecoderInfo info) => new()
    {
        Kind = FunctionKind.Driver,
        ParameterCount = 0,
        ResultCount = 0,
        Registers = [new TensorType(DType.I32, [Dim.OfSymbol(P)]), new TensorType(DType.F32, [Dim.OfSymbol(P), Dim.Of(info.Vocabulary)])],
        Body =
        [
            Instruction.Of("input", Operand.Of(0), Operand.Of(0)),
            Instruction.Of("call", Operand.Of(0), Operand.Of(0), Operand.Of(1)),
            Instruction.Of("commit"),
            Instruction.Of("output", Operand.Of(1), Operand.OfU32(0)),
            Instruction.Of("halt"),
        ],
    };

    /// <summary>Reads the prompt in one step, then writes token after token until one of the end tokens, the limit or the end of the context.</summary>
    private static Function Answering(DecoderInfo info)
    {
        const int Words = 0, Most = 1, Logits = 2, Word = 3, Next = 0, Position = 1;
        var body = ImmutableArray.CreateBuilder<Instruction>();
        void Add(string mnemonic, params ReadOnlySpan<Operand> operands) => body.Add(Instruction.Of(mnemonic, operands));
        Add("input", Operand.Of(Words), Operand.Of(0));
        Add("input", Operand.Of(Most), Operand.Of(1));
        Add("call", Operand.Of(0), Operand.Of(Words), Operand.Of(Logits));
        Add("commit"); // one checkpointed batch of records for each step
        Add("rows", Operand.Of(Words));
        Add("set", Operand.Of(Position));
        Add("push", Operand.OfI64(info.Context));
        Add("get", Operand.Of(Position));
        Add("sub");
        Add("item", Operand.Of(Most));
        Add("min");
        Add("push", Operand.OfI64(0));
        Add("max");
        Add("loop", Operand.OfU32((uint)info.Context));
        Add("get", Operand.Of(Position));
        Add("sample", Operand.Of(Logits));
        Add("set", Operand.Of(Next));
        foreach (int end in info.End)
        {
            Add("get", Operand.Of(Next));
            Add("push", Operand.OfI64(end));
            Add("eq");
            Add("brk_if");
        }

        Add("get", Operand.Of(Next));
        Add("emit");
        Add("get", Operand.Of(Next));
        Add("token", Operand.Of(Word));
        Add("call", Operand.Of(0), Operand.Of(Word), Operand.Of(Logits));
        Add("commit");
        Add("get", Operand.Of(Position));
        Add("push", Operand.OfI64(1));
        Add("add");
        Add("set", Operand.Of(Position));
        Add("end");
        Add("halt");
        TensorType[] registers =
        [
            new(DType.I32, [Dim.OfSymbol(P)]), new(DType.I32, [Dim.Of(1)]), new(DType.F32, [Dim.Of(1), Dim.Of(info.Vocabulary)]), new(DType.I32, [Dim.Of(1)]),
        ];
        return new Function { Kind = FunctionKind.Driver, ParameterCount = 0, ResultCount = 0, Registers = [.. registers], LocalCount = 2, Body = body.ToImmutable() };
    }
}
