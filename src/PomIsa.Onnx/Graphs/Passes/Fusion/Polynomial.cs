namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>What a value is as a polynomial in x and, at most linearly, in one function t of it: however an exporter orders and groups a formula, its polynomial is one.</summary>
internal sealed class Polynomial
{
    private const int Degrees = 5;

    /// <summary>Nodes inside one another that are looked through.</summary>
    private const int Deep = 10;

    // Coefficient of x^i · t^j at [i, j].
    private readonly double[,] _terms = new double[Degrees, 2];

    private Polynomial()
    {
    }

    /// <summary>A polynomial by its coefficients of 1, x, x² … and of t, x·t ….</summary>
    public static Polynomial Of(ReadOnlySpan<double> alone, ReadOnlySpan<double> withFunction)
    {
        var made = new Polynomial();
        for (int i = 0; i < Degrees; i++)
        {
            made._terms[i, 0] = i < alone.Length ? alone[i] : 0;
            made._terms[i, 1] = i < withFunction.Length ? withFunction[i] : 0;
        }

        return made;
    }

    /// <summary>The polynomial of a value, or null where it is none.</summary>
    /// <param name="value">The value.</param>
    /// <param name="x">The variable.</param>
    /// <param name="t">A function of it, or null.</param>
    /// <param name="nodes">Takes the nodes that it is made of.</param>
    public static Polynomial? Of(GraphValue value, GraphValue x, GraphValue? t, ISet<GraphNode> nodes) => Of(value, x, t, nodes, Deep);

    /// <summary>Whether the coefficients are the same up to rounding of constants.</summary>
    public bool IsNear(Polynomial other, double relative)
    {
        for (int i = 0; i < Degrees; i++)
        {
            for (int j = 0; j < 2; j++)
            {
                if (Math.Abs(_terms[i, j] - other._terms[i, j]) > relative * Math.Abs(other._terms[i, j]))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static Polynomial? Of(GraphValue value, GraphValue x, GraphValue? t, ISet<GraphNode> nodes, int deep)
    {
        if (value == x || value == t)
        {
            return value == x ? Of([0, 1], []) : Of([], [1]);
        }

        if (value.Scalar is { } known)
        {
            return Of([known], []);
        }

        if (deep == 0 || value.Producer is not { Domain: "", Op: "Add" or "Sub" or "Mul" or "Div" or "Neg" or "Pow" or "Sum" } node)
        {
            return null;
        }

        if (node.Op == "Neg" || node.Inputs.Count != 2 || Of(node.Input(0)!, x, t, nodes, deep - 1) is not { } a)
        {
            nodes.Add(node);
            return node.Op == "Neg" && Of(node.Input(0)!, x, t, nodes, deep - 1) is { } negated ? Product(negated, Of([-1], [])) : null;
        }

        nodes.Add(node);
        if (node.Op is "Pow" or "Div")
        {
            return node.Input(1)?.Scalar is not { } by ? null
                : node.Op == "Div" ? by == 0 ? null : Product(a, Of([1.0 / by], []))
                : by is 2 or 3 ? Power(a, (int)by) : null;
        }

        return Of(node.Input(1)!, x, t, nodes, deep - 1) is not { } b ? null
            : node.Op == "Mul" ? Product(a, b)
            : Sum(a, b, node.Op == "Sub" ? -1 : 1);
    }

    private static Polynomial Sum(Polynomial a, Polynomial b, double sign)
    {
        var sum = new Polynomial();
        for (int i = 0; i < Degrees; i++)
        {
            sum._terms[i, 0] = a._terms[i, 0] + (sign * b._terms[i, 0]);
            sum._terms[i, 1] = a._terms[i, 1] + (sign * b._terms[i, 1]);
        }

        return sum;
    }

    private static Polynomial? Power(Polynomial a, int exponent)
    {
        Polynomial? power = a;
        for (int i = 1; i < exponent && power is not null; i++)
        {
            power = Product(power, a);
        }

        return power;
    }

    /// <summary>The product, or null where it has terms of too high a degree.</summary>
    private static Polynomial? Product(Polynomial a, Polynomial b)
    {
        var product = new Polynomial();
        for (int i = 0; i < Degrees * Degrees * 4; i++)
        {
            int ax = i / 4 / Degrees, bx = i / 4 % Degrees, at = i / 2 % 2, bt = i % 2;
            double term = a._terms[ax, at] * b._terms[bx, bt];
            if (term == 0)
            {
                continue;
            }

            if (ax + bx >= Degrees || at + bt > 1)
            {
                return null;
            }

            product._terms[ax + bx, at + bt] += term;
        }

        return product;
    }
}
