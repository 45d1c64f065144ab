using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Operators;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx;

/// <summary>A declared input or output.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type; none where it is no tensor or the file does not say.</param>
/// <param name="Shape">Numbers, names, or <c>?</c>; default where the file does not say.</param>
public sealed record PortInfo(string Name, OnnxType Type, ImmutableArray<string> Shape)
{
    /// <summary>Names of the sizes that its dimensions leave open, as <see cref="CompileOptions.Sizes"/> takes them.</summary>
    public IEnumerable<string> Open => Shape.IsDefault ? [] : Shape.SelectMany((d, axis) =>
        d == "?" ? [$"{Name}.{axis}"] : long.TryParse(d, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? [] : Size.Sum(d, ImmutableDictionary<string, int>.Empty).Names);
}

/// <summary>An operator and how often it stands in a model, subgraphs and functions included.</summary>
/// <param name="Operator">Such as <c>com.microsoft.Attention</c>.</param>
/// <param name="Count">Nodes.</param>
/// <param name="IsKnown">Whether the compiler knows it, or the model has a function of that name.</param>
/// <param name="First">Name of the first such node.</param>
public sealed record OperatorCount(string Operator, int Count, bool IsKnown, string First);

/// <summary>The constants of one element type.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Count">Tensors.</param>
/// <param name="Elements">Elements of all of them.</param>
/// <param name="Bytes">Bytes of all of them as they are stored.</param>
public sealed record InitializerCount(OnnxType Type, int Count, long Elements, long Bytes);

/// <summary>What a model file says of itself; no tensor is read for it.</summary>
public sealed record ModelInfo
{
    public required long IrVersion { get; init; }

    public required string Producer { get; init; }

    /// <summary>Operator set versions by domain, the default one being <c>ai.onnx</c>.</summary>
    public required ImmutableSortedDictionary<string, long> Opsets { get; init; }

    public required ImmutableArray<PortInfo> Inputs { get; init; }

    public required ImmutableArray<PortInfo> Outputs { get; init; }

    public required int Nodes { get; init; }

    public required int Functions { get; init; }

    /// <summary>By count, then by name.</summary>
    public required ImmutableArray<OperatorCount> Operators { get; init; }

    public required ImmutableArray<InitializerCount> Initializers { get; init; }

    /// <summary>Files that hold tensors, as the model names them.</summary>
    public required ImmutableArray<string> ExternalFiles { get; init; }

    /// <exception cref="InvalidDataException">No ONNX model, or it can't be read.</exception>
    public static ModelInfo Read(string path)
    {
        try
        {
            using ModelBytes bytes = ModelBytes.OfFile(path);
            return Of(ModelReader.Read(bytes));
        }
        catch (OnnxException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static ModelInfo Of(ModelProto model)
    {
        GraphProto graph = model.Graph;
        HashSet<string> known = [.. graph.Initializer.Select(static i => i.Name)];
        HashSet<(string, string)> functions = [.. model.Functions.Select(static f => (Domain(f.Domain), f.Name))];
        NodeProto[] nodes = [.. AllOf(graph.Node).Concat(model.Functions.SelectMany(static f => AllOf(f.Node)))];
        TensorProto[] tensors = [.. graph.Initializer.Concat(nodes.SelectMany(static n => n.Attribute).SelectMany(static a => a.T is null ? a.Tensors : a.Tensors.Append(a.T)))
            .Concat(nodes.SelectMany(Graphs).SelectMany(static g => g.Initializer))];
        return new ModelInfo
        {
            IrVersion = model.IrVersion,
            Producer = $"{model.ProducerName} {model.ProducerVersion}".Trim(),
            Opsets = model.OpsetImport.GroupBy(static i => Domain(i.Domain) is "" ? "ai.onnx" : i.Domain).ToImmutableSortedDictionary(static g => g.Key, static g => g.Last().Version, StringComparer.Ordinal),
            Inputs = [.. graph.Input.Where(i => !known.Contains(i.Name)).Select(Port)],
            Outputs = [.. graph.Output.Select(Port)],
            Nodes = nodes.Length,
            Functions = model.Functions.Count,
            Operators = [.. nodes.GroupBy(static n => (Domain: Domain(n.Domain), n.OpType))
                .Select(g => new OperatorCount(
                    g.Key.Domain.Length == 0 ? g.Key.OpType : $"{g.Key.Domain}.{g.Key.OpType}",
                    g.Count(),
                    OperatorTable.TryFind(g.Key.Domain, g.Key.OpType, out _) || functions.Contains(g.Key),
                    g.First().Name.Length > 0 ? g.First().Name : g.First().Output.FirstOrDefault() ?? ""))
                .OrderByDescending(static o => o.Count).ThenBy(static o => o.Operator, StringComparer.Ordinal)],
            Initializers = [.. tensors.GroupBy(static t => (OnnxType)t.DataType).OrderBy(static g => g.Key)
                .Select(static g => new InitializerCount(g.Key, g.Count(), g.Sum(Elements), g.Sum(Bytes)))],
            ExternalFiles = [.. tensors.Where(static t => t.DataLocation == TensorReader.External).Select(ExternalData.Location).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
    }

    private static string Domain(string domain) => domain is "ai.onnx" ? "" : domain;

    private static IEnumerable<NodeProto> AllOf(IEnumerable<NodeProto> nodes) =>
        nodes.SelectMany(static n => Graphs(n).SelectMany(static g => AllOf(g.Node)).Prepend(n));

    private static IEnumerable<GraphProto> Graphs(NodeProto node) =>
        node.Attribute.SelectMany(static a => a.G is null ? a.Graphs : a.Graphs.Append(a.G));

    private static PortInfo Port(ValueInfoProto value) => new(
        value.Name,
        (OnnxType)(value.Type?.TensorType?.ElemType ?? 0),
        value.Type?.TensorType?.Shape is { } shape ? [.. shape.Dim.Select(static d => d.ValueCase switch
        {
            TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue => d.DimValue.ToString(System.Globalization.CultureInfo.InvariantCulture),
            TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam when d.DimParam.Length > 0 => d.DimParam,
            _ => "?",
        })] : default);

    private static long Elements(TensorProto tensor) => tensor.Dims.Aggregate(1L, static (a, b) => unchecked(a * Math.Max(b, 0)));

    private static long Bytes(TensorProto tensor)
    {
        try
        {
            return TensorReader.RawLength((OnnxType)tensor.DataType, Elements(tensor));
        }
        catch (OverflowException)
        {
            return 0;
        }
    }
}
