using System.Collections.Immutable;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Operators;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Decoders;

/// <summary>A decoder between two graphs: the one that was exported, and its own, whose values are rows [T, columns].</summary>
internal sealed class RowGraph
{
    private static readonly Dictionary<string, int> Opsets = new(StringComparer.Ordinal) { [""] = 20, ["com.microsoft"] = 1, [FusedOperators.Domain] = 1 };

    private readonly Dictionary<GraphValue, Form> _forms = [];
    private readonly Dictionary<GraphValue, GraphValue> _constants = [];
    private readonly Dictionary<GraphValue, List<(int[] Columns, GraphValue Value)>> _selected = [];
    private readonly List<Cache> _caches = [];
    private readonly Dictionary<(GraphValue, GraphValue), GraphValue> _gathered = [];
    private GraphValue? _positions, _positionIds;

    public RowGraph(Graph from, DecoderRoles roles, int context)
    {
        From = from;
        To = new Graph(from.Context);
        Roles = roles;
        Ambients = new Ambients(from, roles, context);
        Visibility = new Visibility(Ambients);
        Rotations = new Rotations(this);
        Tokens = To.Define("ids");
        (Tokens.Type, Tokens.Shape) = (OnnxType.Int32, [RowCount]);
        To.Inputs.Add(Tokens);
    }

    /// <summary>T.</summary>
    public static Size RowCount { get; } = Size.Named(Extents.RowsName);

    /// <summary>The graph as exported.</summary>
    public Graph From { get; }

    /// <summary>The decoder's own graph.</summary>
    public Graph To { get; }

    public DecoderRoles Roles { get; }

    public Ambients Ambients { get; }

    public Visibility Visibility { get; }

    public Rotations Rotations { get; }

    /// <summary>The tokens of the step in the decoder's own graph.</summary>
    public GraphValue Tokens { get; }

    public IReadOnlyList<Cache> Caches => _caches;

    /// <summary>Attentions so far.</summary>
    public int Layers { get; set; }

    /// <summary>Rows of the table that tokens were looked up in.</summary>
    public int Words { get; set; }

    public Extents Codes => Ambients.Codes;

    /// <summary>What a value is.</summary>
    /// <exception cref="OnnxException">Nothing that a decoder can work with; the node at fault comes with it.</exception>
    public Form this[GraphValue? value] => TryFind(value) switch
    {
        BrokenForm broken => throw new OnnxException(broken.Reason) { Node = broken.Node },
        { } form => form,
        null => throw new OnnxException(value is null ? "an input is missing" : $"'{value.Name}' is not known"),
    };

    public Form? TryFind(GraphValue? value) => value is null ? null
        : _forms.TryGetValue(value, out Form? form) ? form
        : value.IsConstant ? new FixedForm(value, false)
        : !value.Elements.IsDefault ? new FixedForm(value, value.Elements.Any(static e => !e.IsNumber))
        : null;

    /// <summary>Says what a value is.</summary>
    public void Set(GraphValue? value, Form form)
    {
        if (value is not null)
        {
            _forms[value] = form;
        }
    }

    /// <summary>Something that can be moved about and multiplied.</summary>
    public Movable Movable(GraphValue? value) => this[value] as Movable ?? throw new OnnxException($"'{value!.Name}' has no rows");

    /// <summary>Rows; what turns with the position is made, what depends on the position alone is looked up in a table.</summary>
    public RowsForm Rows(GraphValue? value, GraphNode at) => Settled(this[value], at);

    /// <inheritdoc cref="Rows"/>
    public RowsForm Settled(Form form, GraphNode at) => form switch
    {
        RowsForm rows => rows,
        TurnedForm turned => Rotations.Settle(turned, at),
        FixedForm { Varies: true } ambient => Looked(ambient, at),
        _ => throw new OnnxException("it mixes rows, or something that has none"),
    };

    /// <summary>A constant in the decoder's own graph; small ones of narrow floating-point types become f32.</summary>
    public GraphValue Constant(FixedForm form)
    {
        if (_constants.TryGetValue(form.Value, out GraphValue? made))
        {
            return made;
        }

        KnownTensor known = form.Value.Constant ?? Derived(form);
        if (known.IsSmall && OnnxTypes.IsFloat(known.Type) && known.Type != OnnxType.Float)
        {
            HostTensor tensor = known.Read();
            known = new KnownTensor(HostTensor.OfFloat(tensor.Shape, tensor.ToFloat()));
        }

        return _constants[form.Value] = To.Constant(form.Value.Name, known);
    }

    /// <summary>A constant of f32.</summary>
    public GraphValue Floats(string hint, ImmutableArray<int> shape, params ReadOnlySpan<float> values) => To.Constant(hint, HostTensor.OfFloat(shape, values));

    /// <summary>A constant of whole numbers.</summary>
    public GraphValue Wholes(string hint, params ReadOnlySpan<long> values) => To.Constant(hint, HostTensor.OfInt64([values.Length], values));

    /// <summary>A node of the decoder's own graph with one result [T, width].</summary>
    public GraphValue Make(GraphNode at, string domain, string op, int width, ReadOnlySpan<GraphValue?> inputs, Action<GraphNode>? set = null) =>
        Make(at, domain, op, [RowCount, Size.Of(width)], inputs, set);

    /// <summary>As above, of any shape.</summary>
    public GraphValue Make(GraphNode at, string domain, string op, ImmutableArray<Size> shape, ReadOnlySpan<GraphValue?> inputs, Action<GraphNode>? set = null)
    {
        GraphValue value = To.Fresh(at.Output(0)?.Name ?? at.Name, OnnxType.Float, shape);
        GraphNode node = To.Append(domain, op, at.Name, Opsets, [.. inputs], [value]);
        set?.Invoke(node);
        return value;
    }

    /// <summary>A node that is carried over with other inputs: operator, operator set and attributes stay.</summary>
    public GraphValue Carry(GraphNode origin, int width, ReadOnlySpan<GraphValue?> inputs, ImmutableArray<Size> shape = default)
    {
        GraphValue value = To.Fresh(origin.Output(0)?.Name ?? origin.Name, OnnxType.Float, shape.IsDefault ? [RowCount, Size.Of(width)] : shape);
        GraphNode node = To.Append(origin.Domain, origin.Op, origin.Name, origin.Opsets, [.. inputs], [value]);
        foreach (Schema.AttributeProto attribute in origin.Attributes.Values)
        {
            node.Set(attribute);
        }

        return value;
    }

    /// <summary>Columns of rows in the order of their layout [T, columns], with their factor.</summary>
    public GraphValue Dense(RowsForm rows, GraphNode at)
    {
        GraphValue value = Select(rows.Base, rows.Width, rows.Columns, at);
        return rows.Factor == 1 ? value
            : rows.Factor == -1 ? Make(at, "", "Neg", rows.Columns.Length, [value])
            : Make(at, "", "Mul", rows.Columns.Length, [value, Floats(at.Name + "/factor", [], rows.Factor)]);
    }

    /// <summary>Rows without a factor, all columns of their base being used, each at least once.</summary>
    public RowsForm Tight(RowsForm rows, GraphNode at)
    {
        int[] used = [.. rows.Columns.Distinct().Order()];
        if (used.Length == rows.Width)
        {
            return rows;
        }

        GraphValue value = Select(rows.Base, rows.Width, used, at);
        return rows with { Base = value, Width = used.Length, Columns = Array.ConvertAll(rows.Columns, c => Array.BinarySearch(used, c)) };
    }

    /// <summary>Some columns of a value, in an order.</summary>
    public GraphValue Select(GraphValue value, int width, int[] columns, GraphNode at)
    {
        if (columns.Length == width && columns.Select(static (c, i) => c == i).All(static same => same))
        {
            return value;
        }

        if (!_selected.TryGetValue(value, out List<(int[] Columns, GraphValue Value)>? known))
        {
            _selected[value] = known = [];
        }

        foreach ((int[] have, GraphValue made) in known)
        {
            if (have.AsSpan().SequenceEqual(columns))
            {
                return made;
            }
        }

        bool contiguous = columns.Select((c, i) => c == columns[0] + i).All(static next => next);
        GraphValue result = contiguous
            ? Make(at, "", "Slice", columns.Length, [value, Wholes("from", columns[0]), Wholes("to", columns[0] + columns.Length), Wholes("axis", 1)])
            : Make(at, "", "Gather", columns.Length, [value, Wholes("columns", [.. columns.Select(static c => (long)c)])], static n => n.Set("axis", 1));
        known.Add((columns, result));
        return result;
    }

    /// <summary>The positions of the rows of the step, i32 [T].</summary>
    public GraphValue Positions(GraphNode at)
    {
        if (_positions is null)
        {
            _positions = Make(at, FusedOperators.Domain, "Positions", [RowCount], []);
            _positions.Type = OnnxType.Int32;
        }

        return _positions;
    }

    /// <summary>Positions of the rows of the step [1, T] as a value of the exported graph, which may have none.</summary>
    public GraphValue PositionIds()
    {
        if (_positionIds is null)
        {
            _positionIds = From.Fresh("positions", OnnxType.Int64, [Size.One, RowCount]);
            Roles.Given[_positionIds] = static e => HostTensor.OfInt64([1, (int)e.Rows], [.. Enumerable.Range((int)e.Past, (int)e.Rows).Select(static i => (long)i)]);
            Set(_positionIds, new FixedForm(_positionIds, true));
        }

        return _positionIds;
    }

    /// <summary>Rows of a known table at places that follow from positions, as a value of the exported graph in front of a node.</summary>
    public FixedForm Gathered(GraphNode before, GraphValue table, GraphValue at)
    {
        if (!_gathered.TryGetValue((table, at), out GraphValue? rows))
        {
            _gathered[(table, at)] = rows = From.Insert(before, "", "Gather", table, at).Output(0)!;
        }

        return new FixedForm(rows, true);
    }

    /// <summary>A cache that rows are appended to. The same rows behind the same past are one cache.</summary>
    public Cache Cache(GraphValue rows, int width, PastInput? past, int[] features)
    {
        if (_caches.FirstOrDefault(c => c.Rows == rows && c.Past == past && c.Features.AsSpan().SequenceEqual(features)) is { } known)
        {
            return known;
        }

        var made = new Cache(_caches.Count, rows, width, past, features);
        _caches.Add(made);
        return made;
    }

    /// <summary>Where each of the rows' positions has its own row of a table.</summary>
    private RowsForm Looked(FixedForm ambient, GraphNode at)
    {
        if (Ambients.LayoutOf(ambient) is not { } layout || Ambients.Table(ambient) is not { } table)
        {
            throw new OnnxException($"'{ambient.Value.Name}' depends on more than the position of a row");
        }

        int width = table.Length / Ambients.Context;
        GraphValue rows = Make(at, FusedOperators.Domain, "Embed", width, [Floats(ambient.Value.Name, [Ambients.Context, width], table), Positions(at)]);
        var whole = RowsForm.Whole(rows, width, layout);
        _forms[ambient.Value] = whole; // once is enough
        return whole;
    }

    private KnownTensor Derived(FixedForm form)
    {
        HostTensor tensor = form.Varies ? Ambients.Constant(form) ?? throw new OnnxException($"'{form.Value.Name}' is no constant")
            : Ambients.At(form.Value, Ambients.Points()[0]) ?? throw new OnnxException($"'{form.Value.Name}' can't be computed");
        return new KnownTensor(tensor.Type, tensor.Shape, () => Ambients.At(form.Value, Ambients.Points()[0]) ?? throw new OnnxException($"'{form.Value.Name}' can't be computed"));
    }
}

/// <summary>What no decoder can work with, and the node that makes it.</summary>
internal sealed record BrokenForm(string Reason, Schema.NodeProto Node) : Form;
