using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Google.Protobuf;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Graphs.Passes;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Tests;

/// <summary>Models written as lines such as <c>m = ReduceMean(p) axes=[-1]</c>; numbers among the operands are known scalars, <c>w:[8]</c>, <c>w:f16[8]</c> and <c>w:ones[8]</c> known tensors, <c>x?[8]</c> inputs.</summary>
internal sealed partial class FormulaModel
{
    private readonly ModelProto _model;
    private readonly Dictionary<string, HostTensor> _inputs = new(StringComparer.Ordinal);
    private uint _seed = 1;

    /// <param name="text">Its lines; the last one's first result is the output.</param>
    /// <param name="opset">Version of ONNX's operators.</param>
    /// <param name="outputs">Names of outputs, where there are others.</param>
    public FormulaModel(string text, int opset = 17, params ReadOnlySpan<string> outputs)
    {
        _model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "g" }, OpsetImport = { new OperatorSetId { Version = opset }, new OperatorSetId { Domain = "com.microsoft", Version = 1 } } };
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            Match match = Line().Match(line);
            Assert.True(match.Success, line);
            string op = match.Groups["op"].Value;
            int dot = op.LastIndexOf('.');
            var node = new NodeProto { Domain = dot < 0 ? "" : op[..dot], OpType = op[(dot + 1)..], Name = $"n_{match.Groups["out"].Value.Split(',')[0]}" };
            node.Output.Add(match.Groups["out"].Value.Split(',', StringSplitOptions.TrimEntries));
            node.Input.Add(Operand().Matches(match.Groups["in"].Value).Select(m => Name(m.Value.Trim(), known)));
            node.Attribute.Add(Attribute().Matches(match.Groups["at"].Value).Select(static m => Make(m.Groups[1].Value, m.Groups[2].Value)));
            known.UnionWith(node.Output);
            _model.Graph.Node.Add(node);
        }

        _model.Graph.Output.Add((outputs.Length > 0 ? outputs.ToArray() : [_model.Graph.Node[^1].Output[0]]).Select(static n => new ValueInfoProto { Name = n }));
    }

    /// <summary>What fusions told.</summary>
    public IReadOnlyList<PassNote> Notes { get; private set; } = [];

    /// <summary>Operators after the passes.</summary>
    public IReadOnlyList<string> Operators { get; private set; } = [];

    /// <summary>Opcodes of the step.</summary>
    public IReadOnlyList<string> Opcodes { get; private set; } = [];

    public IEnumerable<string> Missed => Notes.Where(static n => !n.Done).Select(static n => n.Text);

    /// <summary>Compiles it with and without fusions, runs both, and compares.</summary>
    public FormulaModel Check(double relative = 1e-5)
    {
        float[][] plain = Run(fuse: false), fused = Run(fuse: true);
        for (int i = 0; i < plain.Length; i++)
        {
            Assert.Equal(plain[i].Length, fused[i].Length);
            float most = plain[i].Select(Math.Abs).Append(1).Max();
            Assert.All(plain[i].Zip(fused[i]), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= relative * most, $"{pair.First} became {pair.Second}"));
        }

        return this;
    }

    private float[][] Run(bool fuse)
    {
        var options = new CompileOptions { Fuse = fuse, Watch = fuse ? Watch : null };
        Assert.True(OnnxCompiler.TryCompile(_model.ToByteArray(), options, out CompiledModel? compiled, out OnnxProblem? problem), problem?.ToString());
        Opcodes = [.. compiled.Module.Functions[0].Body.Select(static i => i.Row.Mnemonic)];
        Assert.True(Verifier.TryVerify(compiled.Module, out VerifiedModule? verified, out _));
        Assert.True(BoundProgram.TryBind(verified, compiled.Contents, out BoundProgram? program, out _));
        using var pool = new WorkerPool(1);
        using (program)
        {
            var request = new RunRequest { Inputs = [.. compiled.Inputs.Select(p => new InputTensor(_inputs[p.Name].Carrier, p.Shape, [.. _inputs[p.Name].Bytes]))] };
            Assert.True(MachineRun.TryExecutePlain(program, request, pool, out RunOutcome? outcome, out MachineFault fault), fault.ToString());
            return [.. compiled.Outputs.Select((o, i) => new HostTensor(o.Type, o.Shape, [.. outcome.Outputs[i]!.Bytes]).ToFloat())];
        }
    }

    private void Watch(Graph graph, PassReport report) =>
        (Notes, Operators) = (report.Notes, [.. graph.Nodes.Select(static n => n.Op)]);

    /// <summary>The name of an operand, made known where it is a literal; what nothing defines is an input with a shape.</summary>
    private string Name(string operand, HashSet<string> known)
    {
        Match tensor = Typed().Match(operand);
        if (tensor.Success)
        {
            string name = tensor.Groups["name"].Value;
            if (known.Add(name))
            {
                OnnxType type = tensor.Groups["type"].Value switch { "f16" => OnnxType.Float16, "i64" => OnnxType.Int64, "ones" => OnnxType.None, _ => OnnxType.Float };
                int[] shape = [.. Numbers(tensor.Groups["shape"].Value)];
                if (tensor.Groups["kind"].Value == "?")
                {
                    Input(name, type, shape);
                }
                else
                {
                    _model.Graph.Initializer.Add(Proto(name, Random(type, shape)));
                }
            }

            return name;
        }

        if (operand.StartsWith('['))
        {
            string name = "k" + operand;
            long[] values = [.. Numbers(operand).Select(static n => (long)n)];
            return Known(name, HostTensor.OfInt64([values.Length], values), known);
        }

        return double.TryParse(operand, CultureInfo.InvariantCulture, out double number) ? Known("k" + operand, HostTensor.OfFloat([], (float)number), known)
            : operand == "_" ? "" : operand;
    }

    private string Known(string name, HostTensor tensor, HashSet<string> known)
    {
        if (known.Add(name))
        {
            _model.Graph.Initializer.Add(Proto(name, tensor));
        }

        return name;
    }

    private void Input(string name, OnnxType type, int[] shape)
    {
        var value = new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new TensorShapeProto() } } };
        value.Type.TensorType.Shape.Dim.Add(shape.Select(static d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        _model.Graph.Input.Add(value);
        _inputs[name] = Random(type, shape);
    }

    private HostTensor Random(OnnxType type, int[] shape)
    {
        var values = new float[shape.Aggregate(1, static (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            _seed = (_seed * 1664525) + 1013904223;
            values[i] = ((_seed >> 8) / (float)(1 << 23)) - 0.75f;
        }

        return type switch
        {
            OnnxType.None => HostTensor.OfFloat([.. shape], Array.ConvertAll(values, static _ => 1f)),
            OnnxType.Float16 => new HostTensor(type, [.. shape], MemoryMarshal.AsBytes(Array.ConvertAll(values, static v => (Half)v).AsSpan()).ToArray()),
            OnnxType.Int64 => HostTensor.OfInt64([.. shape], Array.ConvertAll(values, static v => (long)Math.Abs(v * 4))),
            _ => HostTensor.OfFloat([.. shape], values),
        };
    }

    private static TensorProto Proto(string name, HostTensor tensor)
    {
        var proto = new TensorProto { Name = name, DataType = (int)tensor.Type, RawData = ByteString.CopyFrom(tensor.Bytes) };
        proto.Dims.Add(tensor.Shape.Select(static d => (long)d));
        return proto;
    }

    private static AttributeProto Make(string name, string value)
    {
        var made = new AttributeProto { Name = name };
        if (value.StartsWith('['))
        {
            made.Type = 7;
            made.Ints.Add(Numbers(value).Select(static n => (long)n));
        }
        else if (long.TryParse(value, CultureInfo.InvariantCulture, out long whole))
        {
            made.Type = 2;
            made.I = whole;
        }
        else if (float.TryParse(value, CultureInfo.InvariantCulture, out float real))
        {
            made.Type = 1;
            made.F = real;
        }
        else
        {
            made.Type = 3;
            made.S = ByteString.CopyFromUtf8(value);
        }

        return made;
    }

    private static IEnumerable<int> Numbers(string list) => list.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(static n => int.Parse(n, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^(?<out>[\w, ]+?)\s*=\s*(?<op>[\w.]+)\((?<in>.*)\)(?<at>[^()]*)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"[^,\[\]]*\[[^\]]*\]|[^,]+")]
    private static partial Regex Operand();

    [GeneratedRegex(@"(\w+)=(\[[^\]]*\]|\S+)")]
    private static partial Regex Attribute();

    /// <summary><c>x?[2,8]</c> is an input, <c>w:[8]</c> a known tensor.</summary>
    [GeneratedRegex(@"^(?<name>\w+)(?<kind>[?:])(?<type>f16|i64|ones)?(?<shape>\[[^\]]*\])$")]
    private static partial Regex Typed();
}
