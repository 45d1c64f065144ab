using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Onnx;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Graphs.Passes;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;
using PomIsa.Packaging.Weights;

namespace PomIsa.OnnxCases;

/// <summary>What the passes say of a model's values before it is lowered, against what its lowering makes of each.</summary>
internal static class ShapeCheck
{
    private const int MostBindings = 16;

    /// <summary>How the sizes of inputs are given to the passes.</summary>
    private static readonly (string Name, Func<string, int, int, Size> Size)[] Ways =
    [
        ("numbers", static (_, _, size) => Size.Of(size)),
        ("a name for each dimension", static (input, axis, _) => Size.Named($"{input}.{axis}")),
        ("a name for each number", static (_, _, size) => size == 1 ? Size.One : Size.Named($"size{size}")),
    ];

    /// <summary>Counts of what was compared in a case, and what was wrong.</summary>
    /// <param name="Values">Values that the lowering makes.</param>
    /// <param name="Shapes">Those whose shapes were told, all dimensions known.</param>
    /// <param name="Elements">Those whose elements were told.</param>
    /// <param name="Wrong">What was told and is not so.</param>
    public sealed record Counts(int Values, int Shapes, int Elements, ImmutableArray<string> Wrong);

    /// <summary>Checks a case by the first of its sets of data; null where it can't be compiled or has none.</summary>
    public static Counts? Run(Case one)
    {
        if (one.Sets.IsEmpty)
        {
            return null;
        }

        byte[] bytes = File.ReadAllBytes(Path.Combine(one.Folder, "model.onnx"));
        return Run(bytes, CaseRunner.Inputs(one.Sets[0], bytes), one.Folder);
    }

    /// <summary>Checks a model with these inputs.</summary>
    public static Counts? Run(byte[] bytes, IReadOnlyDictionary<string, HostTensor> inputs, string? folder)
    {
        var bound = new Dictionary<string, HostTensor>(StringComparer.Ordinal);
        for (int round = 0; round < MostBindings; round++)
        {
            var options = new CompileOptions
            {
                Shapes = inputs.ToDictionary(static i => i.Key, static i => i.Value.Shape, StringComparer.Ordinal),
                Bound = bound,
                Folder = folder,
            };
            try
            {
                return Compare(bytes, options);
            }
            catch (OnnxException e)
            {
                int before = bound.Count;
                foreach (string name in e.Unknown.Where(inputs.ContainsKey))
                {
                    bound[name] = inputs[name];
                }

                if (bound.Count == before)
                {
                    return null;
                }
            }
            catch (Exception e) when (OnnxCompiler.IsNonsense(e))
            {
                return null;
            }
        }

        return null;
    }

    private static Counts Compare(byte[] bytes, CompileOptions options)
    {
        ModelProto model = ModelReader.Read(bytes);
        var tensors = new TensorReader(options.Folder);
        Graph real = GraphImport.Read(model, tensors, options);
        GraphValue[] wanted = Needed(real);
        Val[] made = Lowered(real, model, tensors, wanted);
        int shapes = 0, elements = 0;
        var wrong = ImmutableArray.CreateBuilder<string>();
        foreach ((string way, Func<string, int, int, Size> size) in Ways)
        {
            Graph told = GraphImport.Read(model, tensors, options);
            var sizes = new Dictionary<string, Size>(StringComparer.Ordinal);
            foreach (GraphValue input in told.Inputs)
            {
                Size[] numbers = [.. input.Shape];
                input.Shape = [.. numbers.Select((d, axis) => size(input.Name, axis, (int)d.Number))];
                foreach ((Size name, Size number) in input.Shape.Zip(numbers).Where(static p => !p.First.IsNumber))
                {
                    sizes[name.Name!] = number;
                }
            }

            PassPipeline.Run(told, PassPipeline.Simplify, new PassReport());
            foreach ((GraphValue value, Val have) in wanted.Zip(made))
            {
                if (told.Find(value.Name) is not { } said)
                {
                    continue;
                }

                if (Difference(said, have, sizes, ref shapes, ref elements) is { } difference)
                {
                    wrong.Add($"{value.Name} of {value.Producer?.Op ?? "the file"}, with {way}: {difference}");
                }
            }
        }

        return new Counts(wanted.Length * Ways.Length, shapes, elements, wrong.ToImmutable());
    }

    private static string? Difference(GraphValue said, Val have, Dictionary<string, Size> sizes, ref int shapes, ref int elements)
    {
        if (said.Type != OnnxType.None && said.Type != have.Type)
        {
            return $"type {OnnxTypes.NameOf(said.Type)}, but it is {OnnxTypes.NameOf(have.Type)}";
        }

        if (!said.HasShape)
        {
            return null;
        }

        Size[] shape = [.. said.Shape.Select(d => d.Bind(sizes))];
        if (shape.Length != have.Rank || shape.Zip(have.Shape).Any(static d => d.First.IsNumber && d.First.Number != d.Second))
        {
            return $"shape [{string.Join(", ", said.Shape)}], but it is [{string.Join(",", have.Shape)}]";
        }

        shapes += said.Shape.Any(static d => d.HasUnknown) ? 0 : 1;
        if (said.Constant is { } constant && have.Known is { } real)
        {
            elements++;
            return constant.Read().Bytes.AsSpan().SequenceEqual(real.Bytes) ? null : "the constant has other elements";
        }

        if (said.Elements.IsDefault || said.IsConstant)
        {
            return null;
        }

        if (have.Known is not { } known)
        {
            return $"elements [{string.Join(", ", said.Elements)}], but they are not known";
        }

        elements++;
        long[] numbers = known.ToInt64();
        Size[] formulas = [.. said.Elements.Select(e => e.Bind(sizes))];
        return formulas.Length == numbers.Length && formulas.Zip(numbers).All(static e => !e.First.IsNumber || e.First.Number == e.Second) ? null
            : string.Create(CultureInfo.InvariantCulture, $"elements [{string.Join(", ", said.Elements)}], but they are [{string.Join(",", numbers)}]");
    }

    /// <summary>Everything that the outputs are made of.</summary>
    private static GraphValue[] Needed(Graph graph)
    {
        var seen = new HashSet<GraphValue>();
        var stack = new Stack<GraphValue>(graph.Outputs.Select(static o => o.Value));
        while (stack.TryPop(out GraphValue? value))
        {
            if (seen.Add(value) && value.Producer is { } producer)
            {
                foreach (GraphValue other in producer.Inputs.Concat(producer.Captured).OfType<GraphValue>())
                {
                    stack.Push(other);
                }
            }
        }

        return [.. seen];
    }

    private static Val[] Lowered(Graph graph, ModelProto model, TensorReader tensors, GraphValue[] wanted)
    {
        using var emitter = new Emitter(new MemoryWeights());
        var given = graph.Inputs.ToDictionary(static i => i, i => new Val(i.Type,
            emitter.Parameter(SymbolCode.Type(OnnxTypes.CarrierOf(i.Type), [.. i.Shape.Select(static d => (int)d.Number)]), i.Name)));
        return new GraphLowering(model, tensors, emitter).Values(graph, wanted, given);
    }
}
