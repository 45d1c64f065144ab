namespace PomIsa.Onnx.Graphs.Passes.Fusion;

/// <summary>What norms have in common: a value divided by the root of the mean of squares along its last axis.</summary>
/// <param name="Eps">Added to the mean.</param>
/// <param name="Normalized">The quotient, or null where the inverse root goes into something else.</param>
/// <param name="Inverse">One divided by the root, or null where the value is divided by the root itself.</param>
/// <param name="Nodes">The nodes from the square to the quotient.</param>
internal sealed record RootMeanSquare(float Eps, GraphValue? Normalized, GraphValue? Inverse, Chain Nodes)
{
    /// <summary>The squared value that a node takes the mean of, or null where it does something else.</summary>
    public static GraphValue? SquaredIn(GraphNode mean) => !mean.Is("ReduceMean") ? null
        : mean.Input(0).MadeBy("Pow") is { } power && power.Input(1).Is(2) ? power.Input(0)
        : mean.Input(0).MadeBy("Mul") is { Inputs: [{ } a, var b] } && a == b ? a
        : null;

    /// <summary>Follows a mean of squares to the quotient.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="isDividend">Whether a value is what is divided.</param>
    /// <param name="why">Why there is none, where that is worth telling.</param>
    public static RootMeanSquare? Find(GraphNode mean, Func<GraphValue, bool> isDividend, out string? why)
    {
        why = null;
        if (!mean.IsOverLastAxis())
        {
            why = "the mean of squares is not over the last axis alone";
            return null;
        }

        GraphValue variance = mean.Output(0)!;
        Chain nodes = new Chain().Add(mean.Input(0)!.Producer, mean);
        float eps = 0;
        if (variance.ReadBy("Add") is [var add, ..])
        {
            GraphValue? partner = add.Partner(variance);
            if (partner?.Scalar is not { } known)
            {
                why = partner is null || !Roots(add.Output(0)!).Any() ? null : $"eps '{partner.Name}' is not a constant";
                return null;
            }

            (eps, variance) = (known, add.Output(0)!);
            nodes.Add(add);
        }

        if (Roots(variance).FirstOrDefault() is not ({ } root, var inverted))
        {
            return null;
        }

        if (!(float.IsFinite(eps) && eps >= 0))
        {
            why = $"eps is {eps}";
            return null;
        }

        nodes.Add(root);
        return Quotient(root, inverted, isDividend, eps, nodes, out why);
    }

    private static IEnumerable<(GraphNode Root, bool Inverted)> Roots(GraphValue variance) =>
        variance.Users.Where(static u => u.Is("Sqrt") || (u.Is("Pow") && u.Input(1).Is(0.5))).Select(static u => (u, false))
            .Concat(variance.Users.Where(static u => u.Is("Pow") && u.Input(1).Is(-0.5)).Select(static u => (u, true)));

    private static RootMeanSquare? Quotient(GraphNode root, bool inverted, Func<GraphValue, bool> isDividend, float eps, Chain nodes, out string? why)
    {
        why = null;
        GraphValue? inverse = inverted ? root.Output(0) : null;
        foreach (GraphNode user in inverted ? [] : root.Output(0)!.Users.Distinct())
        {
            if (user.Is("Div") && user.Input(1) == root.Output(0) && isDividend(user.Input(0)!))
            {
                return new RootMeanSquare(eps, user.Output(0), null, nodes.Add(user));
            }

            if (user.Is("Reciprocal") || (user.Is("Div") && user.Input(1) == root.Output(0) && user.Input(0).Is(1)))
            {
                inverse = user.Output(0);
                nodes.Add(user);
            }
        }

        if (inverse is null)
        {
            why = $"the root '{root.Name}' divides something else";
            return null;
        }

        foreach (GraphValue factor in inverse.WithCasts())
        {
            foreach (GraphNode product in factor.ReadBy("Mul"))
            {
                if (product.Partner(factor) is { } partner && isDividend(partner))
                {
                    return new RootMeanSquare(eps, product.Output(0), inverse, nodes.Add(factor == inverse ? null : factor.Producer, product));
                }
            }
        }

        return new RootMeanSquare(eps, null, inverse, nodes);
    }
}
