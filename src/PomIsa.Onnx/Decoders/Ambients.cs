using System.Collections.Immutable;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Decoders;

/// <summary>Computes what follows from sizes and positions alone, so that it matters what a mask or a table comes to and not how an exporter wrote it.</summary>
internal sealed class Ambients
{
    private readonly Graph _graph;
    private readonly DecoderRoles _roles;
    private readonly Dictionary<(GraphValue, Extents), HostTensor?> _known = [];
    private readonly Dictionary<GraphValue, float[]?> _tables = [];

    public Ambients(Graph graph, DecoderRoles roles, int context)
    {
        (_graph, _roles, Context) = (graph, roles, context);
        Codes = roles.HasPast ? Extents.Codes : Extents.CodesWithoutPast;
    }

    /// <summary>Positions that there are at most.</summary>
    public int Context { get; }

    /// <summary>Sizes by which shapes are told apart.</summary>
    public Extents Codes { get; }

    /// <summary>Whether there may be rows before a step.</summary>
    public bool HasPast => _roles.HasPast;

    /// <summary>A value for given sizes, or null where it can't be computed.</summary>
    public HostTensor? At(GraphValue value, Extents extents)
    {
        if (value.Constant is { } constant)
        {
            return constant.Read();
        }

        if (!_known.TryGetValue((value, extents), out HostTensor? tensor))
        {
            var given = _roles.Given.ToDictionary(static g => g.Key, g => g.Value(extents));
            tensor = GraphEvaluator.TryEvaluate(_graph, [value], given, extents.Sizes)?[0];
            if (tensor is null || tensor.Length <= 1 << 20)
            {
                _known[(value, extents)] = tensor;
            }
        }

        return tensor;
    }

    /// <summary>A value that is the same for all sizes, or null.</summary>
    public HostTensor? Constant(FixedForm form)
    {
        HostTensor? first = At(form.Value, Points()[0]);
        return first is null || !form.Varies ? first
            : Points().Skip(1).Select(p => At(form.Value, p)).All(t => t is not null && t.Shape.SequenceEqual(first.Shape) && t.Bytes.AsSpan().SequenceEqual(first.Bytes)) ? first : null;
    }

    /// <summary>The one number that a value is for all sizes, or null.</summary>
    public float? Number(FixedForm form) => Constant(form) is { Length: 1 } one ? one.ToFloat()[0] : null;

    /// <summary>Whole numbers with each size as its code, such as the dimensions of a shape; null where they are no sums of sizes.</summary>
    public long[]? Wholes(FixedForm form)
    {
        if (form.Value.Constant is { } constant)
        {
            return OnnxTypes.IsFloat(constant.Type) ? null : constant.Read().ToInt64();
        }

        if (!form.Value.Elements.IsDefault)
        {
            Size[] bound = [.. form.Value.Elements.Select(e => e.Bind(Codes.Sizes))];
            if (bound.All(static b => b.IsNumber))
            {
                return [.. bound.Select(static b => b.Number)];
            }
        }

        return Fitted(p => At(form.Value, p) is { } t && !OnnxTypes.IsFloat(t.Type) && t.Length <= 64 ? t.ToInt64() : null);
    }

    /// <summary>How the axes of a value run over rows and columns, or null.</summary>
    public Layout? LayoutOf(FixedForm form)
    {
        if (Dimensions(form) is not { } dims)
        {
            return null;
        }

        var atoms = new List<Atom>();
        foreach (long dim in dims)
        {
            atoms.Add(dim == Codes.Rows ? Atom.Rows : dim == Codes.Positions ? Atom.Positions : dim is >= 1 and <= int.MaxValue / 4 && dim < Codes.Rows ? Atom.Columns((int)dim) : default);
        }

        return atoms.Contains(default) ? null : Layout.Of([.. atoms]);
    }

    /// <summary>Dimensions as codes, or null.</summary>
    public long[]? Dimensions(FixedForm form)
    {
        if (form.Value.HasShape)
        {
            Size[] bound = [.. form.Value.Shape.Select(d => d.Bind(Codes.Sizes))];
            if (bound.All(static b => b.IsNumber))
            {
                return [.. bound.Select(static b => b.Number)];
            }
        }

        return form.Varies ? Fitted(p => At(form.Value, p)?.Shape.Select(static d => (long)d).ToArray())
            : At(form.Value, Points()[0])?.Shape.Select(static d => (long)d).ToArray();
    }

    /// <summary>What a value that has rows holds at each position [context, columns], or null where it depends on more than the position.</summary>
    public float[]? Table(FixedForm form)
    {
        if (_tables.TryGetValue(form.Value, out float[]? table))
        {
            return table;
        }

        table = LayoutOf(form) is { } layout && layout.AxisOf(AtomKind.Rows) is >= 0 and var axis && !layout.Has(AtomKind.Positions)
            ? Table(form.Value, axis) : null;
        return _tables[form.Value] = table;
    }

    private float[]? Table(GraphValue value, int axis)
    {
        float[]? whole = Rows(value, axis, new Extents(0, Context));
        if (whole is null)
        {
            throw new ContextException($"'{value.Name}' can't be computed for {Context} positions");
        }

        int width = whole.Length / Context;
        foreach (Extents point in Points().Where(p => p.Positions <= Context))
        {
            float[]? some = Rows(value, axis, point);
            if (some is null && (point.Past == 0 || point.Rows == 1))
            {
                return null;
            }

            if (some is not null && !some.AsSpan().SequenceEqual(whole.AsSpan((int)point.Past * width, some.Length)))
            {
                throw new ContextException($"'{value.Name}' does not depend on the position alone");
            }
        }

        return whole;
    }

    /// <summary>Rows first, then columns.</summary>
    private float[]? Rows(GraphValue value, int axis, Extents extents)
    {
        if (At(value, extents) is not { } tensor || tensor.Shape[axis] != extents.Rows)
        {
            return null;
        }

        float[] from = tensor.ToFloat(), to = new float[from.Length];
        int after = tensor.Shape.Skip(axis + 1).Aggregate(1, static (a, b) => a * b), rows = (int)extents.Rows, width = from.Length / rows;
        for (int i = 0; i < from.Length; i++)
        {
            int row = i / after % rows;
            to[(row * width) + (i / after / rows * after) + (i % after)] = from[i];
        }

        return to;
    }

    /// <summary>Sizes at which a value is looked at.</summary>
    public IReadOnlyList<Extents> Points() => HasPast
        ? [new(0, 5), new(0, 1), new(3, 4), new(7, 1), new(19, 3)]
        : [new(0, 5), new(0, 1), new(0, 12)];

    /// <summary>Numbers that are sums of sizes, found from what they come to; each size as its code.</summary>
    private long[]? Fitted(Func<Extents, long[]?> at)
    {
        long step = HasPast ? 1 : 0;
        long[]? a = at(new Extents(5 * step, 7)), b = at(new Extents(5 * step, 8)), c = at(new Extents(6 * step, 7)), check = at(new Extents(11 * step, 13));
        if (a is null || b is null || c is null || check is null || a.Length != b.Length || a.Length != c.Length || a.Length != check.Length)
        {
            return null;
        }

        var codes = new long[a.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            long rows = b[i] - a[i], past = c[i] - a[i], rest = a[i] - (rows * 7) - (past * 5 * step);
            if (rest + (rows * 13) + (past * 11 * step) != check[i])
            {
                return null;
            }

            codes[i] = rest + (rows * Codes.Rows) + (past * Codes.Past);
        }

        return codes;
    }
}

/// <summary>The model does not reach as many positions as were asked for.</summary>
internal sealed class ContextException(string reason) : Exception(reason);
