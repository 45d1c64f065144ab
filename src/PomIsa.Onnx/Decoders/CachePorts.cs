using PomIsa.Onnx.Graphs;

namespace PomIsa.Onnx.Decoders;

/// <summary>Checks that what a model gives back as its caches is what its states hold, so that the next step of the program is the next step of the model.</summary>
internal static class CachePorts
{
    public static void Check(RowGraph rows, Graph graph)
    {
        var kept = new HashSet<(PastInput, int)>();
        foreach ((_, GraphValue value) in graph.Outputs)
        {
            CacheForm[] parts = rows.TryFind(value) switch
            {
                CacheForm cache => [cache],
                CachesForm caches => caches.Parts,
                _ => [],
            };
            int first = 0;
            foreach (CacheForm part in parts)
            {
                if (part.Cache.Past is { } past && Holds(part, past, first))
                {
                    kept.Add((past, first));
                }

                first += part.Columns.Length;
            }
        }

        foreach (Cache cache in rows.Caches)
        {
            int begins = cache.Past is null ? -1 : Array.FindIndex(cache.Features, static f => f >= 0);
            if (cache.Past is { } past && !kept.Contains((past, begins)))
            {
                throw new OnnxException($"no output gives the cache '{past.Value.Name}' back with the rows of the step behind it");
            }
        }
    }

    /// <summary>Whether a cache as it is given back lies as its input does.</summary>
    private static bool Holds(CacheForm part, PastInput past, int first)
    {
        if (part.Factor != 1 || first + part.Columns.Length > part.Cache.Features.Length || part.Layout.Rank != past.Layout.Rank)
        {
            return false;
        }

        for (int axis = 0; axis < part.Layout.Rank; axis++)
        {
            bool stacked = axis == 0 && part.Columns.Length < past.Layout.Columns;
            if (!stacked && (part.Layout.ColumnsOf(axis) != past.Layout.ColumnsOf(axis) || part.Layout.Is(axis, AtomKind.Positions) != past.Layout.Is(axis, AtomKind.Past)))
            {
                return false;
            }
        }

        return part.Columns.Select((c, i) => part.Cache.Features[first + i] == c).All(static same => same);
    }
}
