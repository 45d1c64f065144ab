using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;
using PomIsa.OnnxCases;

namespace PomIsa.Onnx.Tests;

/// <summary>Runs decoders, and the same models as functions of fixed sizes.</summary>
internal static class DecoderRun
{
    private static readonly WorkerPool Pool = new(1);

    public static CompiledModel Compile(byte[] model, bool allRows = false, Func<CompileOptions, CompileOptions>? change = null)
    {
        var options = new CompileOptions { Decoder = new DecoderOptions { Kind = ModelKind.Decoder, AllRows = allRows } };
        Assert.True(OnnxCompiler.TryCompile(model, change is null ? options : change(options), out CompiledModel? compiled, out OnnxProblem? problem), problem?.ToString());
        return compiled!;
    }

    /// <summary>Logits behind each token, all read in one step.</summary>
    public static float[] AllRows(CompiledModel compiled, params ReadOnlySpan<int> tokens) => Execute(compiled, new() { ["prompt"] = Tokens(tokens) })[0].ToFloat();

    /// <summary>Logits behind each token, read one by one.</summary>
    public static float[] OneByOne(CompiledModel compiled, int[] tokens)
    {
        // A driver of its own: an input for each token, an output for the logits behind it.
        TensorType one = new(DType.I32, [Dim.Of(1)]), row = compiled.Module.Functions[0].Results[0];
        var body = ImmutableArray.CreateBuilder<Instruction>();
        for (int i = 0; i < tokens.Length; i++)
        {
            body.Add(Instruction.Of("input", Operand.Of(0), Operand.Of(i)));
            body.Add(Instruction.Of("call", Operand.Of(0), Operand.Of(0), Operand.Of(1)));
            body.Add(Instruction.Of("output", Operand.Of(1), Operand.OfU32((uint)i)));
        }

        body.Add(Instruction.Of("halt"));
        var driver = new Function { Kind = FunctionKind.Driver, ParameterCount = 0, ResultCount = 0, Registers = [one, row], Body = body.ToImmutable() };
        CompiledModel steps = compiled with
        {
            Module = compiled.Module with { Inputs = [.. tokens.Select(_ => new InputEntry(one))], Functions = [compiled.Module.Functions[0], driver], Names = null },
            Inputs = [.. tokens.Select((_, i) => new ModelPort($"token{i}", OnnxType.Int32, [1]))],
            Outputs = [.. tokens.Select((_, i) => new ModelPort($"logits{i}", OnnxType.Float, [1, row.Shape[1].Value]))],
        };
        return [.. Execute(steps, tokens.Select((t, i) => (t, i)).ToDictionary(static p => $"token{p.i}", static p => Tokens(p.t))).SelectMany(static t => t.ToFloat())];
    }

    /// <summary>Logits of the model as a function of fixed sizes, without fusions, from an empty past.</summary>
    public static float[] AsFunction(byte[] model, params ReadOnlySpan<int> tokens)
    {
        var inputs = new Dictionary<string, HostTensor>();
        ModelProto proto = ModelProto.Parser.ParseFrom(model);
        HashSet<string> known = [.. proto.Graph.Initializer.Select(static i => i.Name)];
        foreach (ValueInfoProto input in proto.Graph.Input.Where(i => !known.Contains(i.Name)))
        {
            int[] tokenList = tokens.ToArray();
            bool cache = input.Name.Contains("past", StringComparison.Ordinal);
            int[] shape = [.. input.Type.TensorType.Shape.Dim.Select((d, i) => d.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue ? (int)d.DimValue
                : d.DimParam.StartsWith("batch", StringComparison.Ordinal) ? 1 : cache ? 0 : tokenList.Length)];
            var type = (OnnxType)input.Type.TensorType.ElemType;
            long[] values = input.Name == "input_ids" ? [.. tokenList.Select(static t => (long)t)]
                : input.Name.Contains("position", StringComparison.Ordinal) ? [.. Enumerable.Range(0, tokenList.Length).Select(static i => (long)i)]
                : [.. Enumerable.Repeat(1L, tokenList.Length)];
            inputs[input.Name] = cache ? HostTensor.OfFloat([.. shape])
                : type == OnnxType.Int64 ? HostTensor.OfInt64([.. shape], values)
                : new HostTensor(type, [.. shape], [.. values.SelectMany(static v => BitConverter.GetBytes((int)v))]);
        }

        Assert.True(ModelRun.TryCompile(model, inputs, null, out CompiledModel? compiled, out _, out string reason), reason);
        int logits = compiled.Outputs.ToList().FindIndex(static o => o.Name == "logits");
        return Execute(compiled, inputs)[logits].ToFloat();
    }

    /// <summary>Tokens that the program answers greedily.</summary>
    public static int[] Answer(CompiledModel compiled, int[] prompt, int limit)
    {
        Assert.True(Verifier.TryVerify(compiled.Module, out VerifiedModule? verified, out ImmutableArray<Fault> faults), faults.Length > 0 ? FaultText.Describe(faults[0], compiled.Module) : "");
        Assert.True(BoundProgram.TryBind(verified!, compiled.Contents, out BoundProgram? program, out MachineFault fault), fault.ToString());
        using (program)
        {
            var request = new RunRequest { Inputs = [Input(Tokens(prompt)), Input(Tokens(limit))] };
            Assert.True(MachineRun.TryExecutePlain(program!, request, Pool, out RunOutcome? outcome, out fault), fault.ToString());
            return [.. outcome!.Tokens];
        }
    }

    private static InputTensor Input(HostTensor tensor) => new(tensor.Carrier, tensor.Shape, [.. tensor.Bytes]);

    private static HostTensor Tokens(params ReadOnlySpan<int> tokens) => new(OnnxType.Int32, [tokens.Length], [.. tokens.ToArray().SelectMany(BitConverter.GetBytes)]);

    private static ImmutableArray<HostTensor> Execute(CompiledModel compiled, Dictionary<string, HostTensor> inputs)
    {
        Assert.True(ModelRun.TryExecute(compiled, inputs, Pool, out ImmutableArray<HostTensor> outputs, out string error), error);
        return outputs;
    }
}
