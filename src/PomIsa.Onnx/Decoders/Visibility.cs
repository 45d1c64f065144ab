using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Decoders;

/// <summary>Finds out which positions a row of scores sees, by computing its masks for several sizes.</summary>
internal sealed class Visibility(Ambients ambients)
{
    /// <summary>A number that a softmax makes nothing of beside one that is not masked.</summary>
    private const float Hidden = -1e4f;

    private readonly Dictionary<string, (int Window, string? Problem)> _known = [];

    /// <summary>The number of positions that a row sees up to its own, 0 for all; or why it is not so.</summary>
    public (int Window, string? Problem) Of(Scores scores)
    {
        IReadOnlyList<Mask> masks = scores.Masks;
        if (masks.Count == 0)
        {
            return scores.Causal ? (scores.Window, null) : (0, "no mask hides later positions");
        }

        string key = string.Join('\n', masks.Select(static m => $"{m.Kind} {m.Value.Name}").Distinct().Order(StringComparer.Ordinal)) + $"\n{scores.Causal} {scores.Window}";
        if (!_known.TryGetValue(key, out (int, string?) found))
        {
            _known[key] = found = Find(scores);
        }

        return found;
    }

    private (int Window, string? Problem) Find(Scores scores)
    {
        IReadOnlyList<Mask> masks = scores.Masks;

        // The last row that there can be tells how far back a row sees.
        int context = ambients.Context;
        Extents far = ambients.HasPast ? new(context - 1, 1) : new(0, Math.Min(context, 1025));
        bool[]? last = Seen(scores, far);
        if (last is null)
        {
            throw new ContextException($"the mask '{masks[0].Value.Name}' can't be computed for {far.Positions} positions");
        }

        int all = (int)far.Positions, first = Array.IndexOf(last, true, last.Length - all);
        int window = first < 0 ? 0 : last.Length - first;
        if (window == 0)
        {
            return (0, $"the mask '{masks[0].Value.Name}' hides everything");
        }

        window = window == all ? 0 : window;
        foreach (Extents point in ambients.Points().Append(far).Concat(Around(window)))
        {
            bool[]? seen = Seen(scores, point);
            bool required = point.Past == 0 || point.Rows == 1; // some exports do not foresee several rows behind others
            if (required && seen is null)
            {
                return (0, $"the mask '{masks[0].Value.Name}' can't be computed for {point.Rows} rows after {point.Past}");
            }

            if (required && !IsCausal(seen!, point, window))
            {
                return (0, $"the mask '{masks[0].Value.Name}' is neither causal nor a causal window, at {point.Rows} rows after {point.Past}");
            }
        }

        return (window, null);
    }

    private IEnumerable<Extents> Around(int window) => window == 0 ? []
        : ambients.HasPast ? [new(window - 1, 1), new(window, 1), new(window + 1, 1), new(0, window + 2)] : [new(0, window + 2)];

    private static bool IsCausal(bool[] seen, Extents at, int window)
    {
        for (int row = 0; row < at.Rows; row++)
        {
            long place = at.Past + row;
            for (int column = 0; column < at.Positions; column++)
            {
                if (seen[(row * at.Positions) + column] != (column <= place && (window == 0 || column > place - window)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Whether each row sees each position [T, S + T], or null where a mask can't be computed or is not the same for all heads.</summary>
    private bool[]? Seen(Scores scores, Extents at)
    {
        int rows = (int)at.Rows, columns = (int)at.Positions;
        var seen = new bool[rows * columns];
        for (int i = 0; i < seen.Length; i++)
        {
            long behind = at.Past + (i / columns) - (i % columns);
            seen[i] = !scores.Causal || (behind >= 0 && (scores.Window == 0 || behind < scores.Window));
        }

        foreach (Mask mask in scores.Masks.Distinct())
        {
            if (ambients.At(mask.Value, at) is not { } tensor || Flags(tensor, mask.Kind) is not { } flags || !Merge(seen, flags, tensor.Shape, rows, columns))
            {
                return null;
            }
        }

        return seen;
    }

    /// <summary>A mask's elements as whether something is seen; null where one is neither 0 nor far below.</summary>
    private static bool[]? Flags(HostTensor tensor, MaskKind kind)
    {
        if (kind == MaskKind.Added)
        {
            float[] added = tensor.ToFloat();
            return added.All(static a => a == 0 || a <= Hidden) ? Array.ConvertAll(added, static a => a == 0) : null;
        }

        return OnnxTypes.IsFloat(tensor.Type) ? null : Array.ConvertAll(tensor.ToInt64(), v => v != 0 == (kind == MaskKind.Seen));
    }

    private static bool Merge(bool[] seen, bool[] flags, IReadOnlyList<int> shape, int rows, int columns)
    {
        int width = shape.Count > 0 ? shape[^1] : 1, height = shape.Count > 1 ? shape[^2] : 1, block = width * height;
        if ((width != 1 && width != columns) || (height != 1 && height != rows) || block == 0)
        {
            return false;
        }

        for (int head = 1; head < flags.Length / block; head++)
        {
            if (!flags.AsSpan(head * block, block).SequenceEqual(flags.AsSpan(0, block)))
            {
                return false;
            }
        }

        for (int i = 0; i < seen.Length; i++)
        {
            seen[i] &= flags[((height == 1 ? 0 : i / columns) * width) + (width == 1 ? 0 : i % columns)];
        }

        return true;
    }
}
