using System.Collections.Immutable;

namespace PomIsa.Onnx.Explaining;

/// <summary>A run of nodes of an outline, or of several that look alike and follow one another.</summary>
/// <param name="First">Index of its first node.</param>
/// <param name="Length">Nodes of one.</param>
/// <param name="Times">How often it comes.</param>
public readonly record struct LayerRun(int First, int Length, int Times)
{
    /// <summary>Index of the node behind it.</summary>
    public int End => First + (Length * Times);
}

/// <summary>Finds the layers of a model: stretches of nodes that come again and again.</summary>
public static class LayerFolding
{
    /// <summary>Nodes up to which repetitions are looked for: the search takes the square of their number.</summary>
    private const int MostNodes = 20_000;

    /// <summary>Nodes that a repetition must spare.</summary>
    private const int LeastSpared = 4;

    /// <summary>Runs in order; together they are all nodes.</summary>
    public static ImmutableArray<LayerRun> Fold(GraphOutline outline)
    {
        int[] kinds = Kinds(outline);
        var runs = ImmutableArray.CreateBuilder<LayerRun>();
        Fold(kinds, 0, kinds.Length, runs);
        return runs.ToImmutable();
    }

    /// <summary>Nodes that look alike have the same number: operator, constants' shapes, result.</summary>
    private static int[] Kinds(GraphOutline outline)
    {
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. outline.Nodes.Select(n => $"{n.Operator} {string.Join(' ', n.Known)} {n.Shape} {string.Join(' ', n.Operands.Length)}")
            .Select(text => known.TryGetValue(text, out int kind) ? kind : known[text] = known.Count)];
    }

    private static void Fold(int[] kinds, int from, int to, ImmutableArray<LayerRun>.Builder runs)
    {
        LayerRun best = to - from <= MostNodes ? Best(kinds, from, to) : default;
        if (best.Times < 2)
        {
            if (to > from)
            {
                runs.Add(new LayerRun(from, to - from, 1));
            }

            return;
        }

        Fold(kinds, from, best.First, runs);
        runs.Add(best);
        Fold(kinds, best.End, to, runs);
    }

    /// <summary>The repetition that spares most nodes; of several, the one with the shortest period, then the first one.</summary>
    private static LayerRun Best(int[] kinds, int from, int to)
    {
        LayerRun best = default;
        int spared = LeastSpared - 1;
        for (int period = 1; period <= (to - from) / 2; period++)
        {
            for (int i = from, run = 0; i + period < to; i++)
            {
                run = kinds[i] == kinds[i + period] ? run + 1 : 0;
                int times = (run / period) + 1;
                if (times > 1 && (times - 1) * period > spared)
                {
                    spared = (times - 1) * period;
                    best = new LayerRun(i + 1 - run, period, times);
                }
            }
        }

        return best;
    }
}
