using System.Collections.Immutable;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Decoders;

/// <summary>What each input of a decoder is for.</summary>
/// <param name="Tokens">Token ids [1, T] or [T].</param>
/// <param name="Given">The other inputs that a host computes from the lengths alone, with what they hold.</param>
/// <param name="Pasts">Caches.</param>
internal sealed record DecoderRoles(GraphValue Tokens, Dictionary<GraphValue, Func<Extents, HostTensor>> Given, IReadOnlyList<PastInput> Pasts)
{
    /// <summary>Names of inputs that hold token ids, the likeliest first.</summary>
    private static readonly string[] TokenNames = ["input_ids", "tokens", "ids", "token_ids", "input"];

    public bool HasPast => Pasts.Count > 0;

    /// <summary>Finds out what the inputs are, and gives them their shapes in rows and past.</summary>
    /// <exception cref="OnnxException">They are not those of a decoder.</exception>
    public static DecoderRoles Assign(Graph graph)
    {
        GraphValue tokens = Tokenlike(graph);
        bool one = tokens.Shape[^1].Equals(Size.One);
        if (tokens.Shape[^1].IsNumber && !one)
        {
            throw new OnnxException($"input '{tokens.Name}' takes exactly {tokens.Shape[^1]} tokens at a time");
        }

        if (one)
        {
            Whole(graph, tokens);
        }

        var given = new Dictionary<GraphValue, Func<Extents, HostTensor>>();
        var pasts = new List<PastInput>();
        foreach (GraphValue input in graph.Inputs)
        {
            if (input == tokens)
            {
                Shape(input, Size.Named(Extents.RowsName));
            }
            else if (OnnxTypes.IsFloat(input.Type) && input.Rank is 4 or 5)
            {
                pasts.Add(Past(input));
            }
        }

        foreach (GraphValue input in graph.Inputs.Where(i => i != tokens && pasts.All(p => p.Value != i)))
        {
            given[input] = Role(input, pasts.Count > 0);
        }

        return new DecoderRoles(tokens, given, pasts);
    }

    /// <summary>A model for one token at a time may take the last of its tokens first: here they are all of them.</summary>
    private static void Whole(Graph graph, GraphValue tokens)
    {
        foreach (GraphNode node in tokens.Users.Where(u => u.Is("Slice") && u.Input(0) == tokens).ToArray())
        {
            graph.Replace(node.Output(0)!, tokens);
        }
    }

    private static GraphValue Tokenlike(Graph graph)
    {
        GraphValue[] whole = [.. graph.Inputs.Where(static i => i.Type is OnnxType.Int64 or OnnxType.Int32 && i.Rank is 1 or 2)];
        return TokenNames.Select(n => whole.FirstOrDefault(i => i.Name == n)).OfType<GraphValue>().FirstOrDefault()
            ?? whole.FirstOrDefault(static i => i.Name.Contains("input_id", StringComparison.Ordinal) && !i.Name.Contains("position", StringComparison.Ordinal))
            ?? (whole.Length == 1 ? whole[0] : null)
            ?? throw new OnnxException("no input holds token ids");
    }

    /// <summary>A cache's input: [1, heads, past, width], [1, heads, width, past] or [1, past, heads, width], and of both keys and values with an axis of 2 in front.</summary>
    private static PastInput Past(GraphValue input)
    {
        int first = input.Rank - 4, open = -1;
        for (int axis = first + 1; axis < input.Rank; axis++)
        {
            open = input.Shape[axis].IsNumber ? open : open < 0 ? axis : throw new OnnxException($"input '{input.Name}' has more than one open dimension: {string.Join(", ", input.Shape)}");
        }

        if (open < 0 || (first == 1 && !input.Shape[0].Equals(Size.Of(2))))
        {
            throw new OnnxException($"input '{input.Name}' of [{string.Join(", ", input.Shape)}] is no cache: none of its dimensions counts the rows before");
        }

        input.Shape = [.. input.Shape.Select((d, axis) => axis == first ? Size.One : axis == open ? Size.Named(Extents.PastName) : d)];
        Atom[] atoms = [.. input.Shape.Select((d, axis) => axis == open ? Atom.Past : Atom.Columns((int)d.Number))];
        return new PastInput(input, Layout.Of(atoms));
    }

    private static void Shape(GraphValue input, Size rows) => input.Shape = input.Rank == 2 ? [Size.One, rows] : [rows];

    private static Func<Extents, HostTensor> Role(GraphValue input, bool past)
    {
        string name = input.Name;
        bool Says(string part) => name.Contains(part, StringComparison.OrdinalIgnoreCase);
        Size rows = Size.Named(Extents.RowsName), before = Size.Named(Extents.PastName), all = past ? rows + before : rows;
        OnnxType type = input.Type;
        if (type == OnnxType.Bool && input.Rank <= 1)
        {
            input.Shape = [.. input.Shape.Select(static _ => Size.One)];
            return e => Filled(type, [.. input.Shape.Select(static _ => 1)], 1);
        }

        if (input.Rank is 1 or 2 && Says("mask"))
        {
            Shape(input, all);
            return e => Filled(type, Dims(input.Rank, e.Positions), 1);
        }

        if (input.Rank is 1 or 2 && Says("position"))
        {
            Shape(input, rows);
            return e => Whole(type, Dims(input.Rank, e.Rows), Enumerable.Range((int)e.Past, (int)e.Rows).Select(static i => (long)i));
        }

        if (input.Rank == 2 && (Says("token_type") || Says("segment")))
        {
            Shape(input, rows);
            return e => Filled(type, Dims(2, e.Rows), 0);
        }

        if (input.Rank <= 2 && (Says("seq") || Says("len")))
        {
            // Lengths: of everything, less one where an operator's input wants it so; of the past.
            int[] ones = [.. input.Shape.Select(static _ => 1)];
            input.Shape = [.. ones.Select(static _ => Size.One)];
            bool last = Says("seqlens_k") || Says("lens_k");
            bool old = Says("past");
            return e => Filled(type, ones, old ? e.Past : e.Positions - (last ? 1 : 0));
        }

        throw new OnnxException($"input '{name}' of [{(input.HasShape ? string.Join(", ", input.Shape) : "?")}] is neither tokens nor a cache nor anything that follows from their lengths");
    }

    private static int[] Dims(int rank, long length) => rank == 2 ? [1, (int)length] : [(int)length];

    private static HostTensor Filled(OnnxType type, int[] shape, long value) => Whole(type, shape, Enumerable.Repeat(value, shape.Aggregate(1, static (a, b) => a * b)));

    private static HostTensor Whole(OnnxType type, int[] shape, IEnumerable<long> values) => OnnxTypes.CarrierOf(type) switch
    {
        Isa.DType.I64 => HostTensor.OfInt64([.. shape], [.. values]) with { Type = type },
        Isa.DType.I32 => new HostTensor(type, [.. shape], [.. values.SelectMany(static v => BitConverter.GetBytes((int)v))]),
        Isa.DType.Bool => new HostTensor(type, [.. shape], [.. values.Select(static v => v != 0 ? (byte)1 : (byte)0)]),
        Isa.DType.F32 => HostTensor.OfFloat([.. shape], [.. values.Select(static v => (float)v)]) with { Type = type },
        Isa.DType.F16 => new HostTensor(type, [.. shape], [.. values.SelectMany(static v => BitConverter.GetBytes((Half)v))]),
        _ => throw new OnnxException($"an input of {OnnxTypes.NameOf(type)} is not filled"),
    };
}
