using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>Pairs of a row and a head, in ascending order, that read one key/value head: their scores, weights and outputs.</summary>
internal readonly unsafe struct AttentionChunk
{
    private readonly AttentionCall _call;
    private readonly int* _pairs, _ends;
    private readonly int _group, _count, _base;
    private readonly float* _keys, _values, _queries, _scores, _sums, _partial;

    /// <param name="ends">For each pair the position behind the last that it sees.</param>
    public AttentionChunk(in AttentionCall call, int group, int* pairs, int* ends, int count)
    {
        _call = call;
        _pairs = pairs;
        _ends = ends;
        (_group, _count, _base) = (group, count, Math.Max(0, ends[0] - call.Window));
        _values = call.Scratch + AttentionKept.Length;
        _keys = _values + call.Layout.ValuesLength;
        _queries = _keys + call.Layout.KeysLength;
        _sums = _queries + (count * call.Layout.QueryRow);
        _partial = _sums + (count * call.Layout.OutputRow);
        _scores = _partial + (count * call.Layout.OutputRow);
    }

    public void Run()
    {
        Score();
        if (_call.Bias != null && HidesAny())
        {
            int h = _call.HeadDim;
            for (int i = 0; i < _count; i++)
            {
                HiddenPositions.Sum(
                    Weights(i, 0), _call.BiasOf(_pairs[i]), _call.All, _call.V + (_group * h), _call.CacheRow, h, _call.Y + ((nint)_pairs[i] * h));
            }

            return;
        }

        int whole = 0;
        while (whole < _count && First(whole) == 0)
        {
            whole++;
        }

        // Rows that see from position 0 on have their blocks in common; with few of them a copy of the values does not pay.
        int together = whole > NarrowProduct.MostRows ? whole : 0;
        Together(together);
        Alone(together);
    }

    private bool HidesAny()
    {
        for (int i = 0; i < _count; i++)
        {
            if (HiddenPositions.Any(_call.BiasOf(_pairs[i]), _call.All))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first position that pair i sees.</summary>
    private int First(int i) => Math.Max(0, _ends[i] - _call.Window);

    /// <summary>Where the score or weight of pair i for a position lies.</summary>
    private float* Weights(int i, int position) => _scores + ((nint)i * _call.Layout.ScoreRow) + (position - _base);

    /// <summary>Scores and weights of all pairs: a segment of turned keys meets one tile of queries after the other.</summary>
    private void Score()
    {
        int h = _call.HeadDim, queryRow = _call.Layout.QueryRow, most = _ends[_count - 1];
        for (int i = 0; i < _count; i++)
        {
            new ReadOnlySpan<float>(_call.Q + ((nint)_pairs[i] * h), h).CopyTo(new Span<float>(_queries + (i * queryRow), h));
        }

        for (int segment = _base, end; segment < most; segment = end)
        {
            end = _call.Keeps ? most : Math.Min(most, segment + AttentionLayout.Segment);
            int from = _call.Keeps ? KeptKeys(end) : segment;
            if (from < end)
            {
                Transposition.Panels(_call.K + (from * _call.CacheRow) + (_group * h), _call.CacheRow, end - from, h, _keys + ((nint)(from - segment) * h));
            }

            for (int i = 0; i < _count;)
            {
                int height = Tile.Height(_count - i);
                Score(i, i + height, segment, end);
                if (end == most)
                {
                    Weigh(i, i + height);
                }

                i += height;
            }
        }
    }

    /// <summary>The first position, of whole panels, whose keys are not in the scratch yet; those up to <paramref name="end"/> will be.</summary>
    private int KeptKeys(int end)
    {
        _call.Kept->Turn(_group);
        int from = _call.Kept->Keys >= end ? end : _call.Kept->Keys / Lanes.Count * Lanes.Count;
        _call.Kept->Keys = Math.Max(_call.Kept->Keys, end);
        return from;
    }

    /// <summary>q · k, not scaled, of one tile of pairs for a segment of positions, two panels at a time; some that no pair sees are among them.</summary>
    private void Score(int from, int to, int segment, int end)
    {
        int h = _call.HeadDim, queryRow = _call.Layout.QueryRow;
        int first = Math.Max(0, First(from) - segment) / AttentionLayout.Tile * AttentionLayout.Tile;
        end = Math.Min(end, _ends[to - 1]);
        for (int at = segment + first; at < end; at += AttentionLayout.Tile)
        {
            int width = Panels.Count(Math.Min(AttentionLayout.Tile, end - at));
            byte* keys = (byte*)(_keys + ((nint)(at - segment) * h));
            for (int k = 0; k < h; k += MatMul.Block)
            {
                Tile.Rows(
                    _queries + (from * queryRow) + k,
                    queryRow,
                    keys + (k * Lanes.Count * sizeof(float)),
                    Lanes.Count * sizeof(float),
                    (nint)h * Lanes.Count * sizeof(float),
                    Weights(from, at),
                    _call.Layout.ScoreRow,
                    to - from,
                    width,
                    Math.Min(MatMul.Block, h - k),
                    k == 0 ? Chain.First : Chain.Later,
                    ahead: (nint)h * AttentionLayout.Tile * sizeof(float));
            }
        }
    }

    /// <summary>Scores to weights. The maximum of the next row is found while the sum of this one is folded: neither waits for the other.</summary>
    private void Weigh(int from, int to)
    {
        float* x = Row(from, out int count);
        float max = Scaled(from, x, count);
        for (int i = from + 1; i <= to; i++)
        {
            float sum = AttentionWeights.Exponentials(x, count, max, out bool plain);
            float* done = x;
            int length = count;
            if (i < to)
            {
                x = Row(i, out count);
                max = Scaled(i, x, count);
            }

            AttentionWeights.Divide(done, length, sum, plain);
        }
    }

    /// <summary>Makes the scores of pair i what softmax takes, and gives the greatest.</summary>
    private float Scaled(int i, float* x, int count)
    {
        if (_call.Cap != 0)
        {
            return AttentionWeights.Cap(x, count, _call.Scale, _call.Cap);
        }

        return _call.Bias != null
            ? AttentionWeights.Bias(x, _call.BiasOf(_pairs[i]), count, _call.Scale)
            : AttentionWeights.Scale(x, count, _call.Scale);
    }

    /// <summary>The scores of pair i for the positions that it sees.</summary>
    private float* Row(int i, out int count)
    {
        int first = First(i);
        count = _ends[i] - first;
        return Weights(i, first);
    }

    /// <summary>Outputs of the first pairs, all of which see from position 0 on: a block of values after the other.</summary>
    private void Together(int count)
    {
        if (count == 0)
        {
            return;
        }

        int h = _call.HeadDim, outputRow = _call.Layout.OutputRow, most = _ends[count - 1];
        int from = 0, rows = WholeRows(), panelLength = _call.Layout.ValuePanel;
        if (_call.Keeps)
        {
            _call.Kept->Turn(_group);
            Fetch(_call.Kept->Values, most, 0, outputRow / Lanes.Count, _values + (_call.Kept->Values * Lanes.Count));
            _call.Kept->Values = Math.Max(_call.Kept->Values, most);
        }

        for (int block = 0; block < most; block += MatMul.Block)
        {
            for (; _ends[from] <= block; from++)
            {
            }

            float* into = block == 0 ? _sums : _partial;
            int steps = Math.Min(MatMul.Block, most - block);
            for (int d = 0; d < outputRow; d += 2 * Lanes.Count)
            {
                int width = Math.Min(2, (outputRow - d) / Lanes.Count);
                float* values = _values;
                if (_call.Keeps)
                {
                    values += ((nint)(d / Lanes.Count) * panelLength) + (block * Lanes.Count);
                }
                else
                {
                    Fetch(block, block + steps, d / Lanes.Count, width, values);
                }

                for (int i = from; i < count;)
                {
                    int height = Math.Min(count - i, rows);
                    Sum(i, i + height, block, steps, values, into + d, width);
                    i += height;
                }
            }

            for (int at = from * outputRow; block > 0 && at < count * outputRow; at += Lanes.Count)
            {
                Tile.Put(_sums + at, Vector512.Load(_sums + at) + Vector512.Load(_partial + at));
            }
        }

        for (int i = 0; i < count; i++)
        {
            new ReadOnlySpan<float>(_sums + (i * outputRow), h).CopyTo(new Span<float>(_call.Y + ((nint)_pairs[i] * h), h));
        }
    }

    /// <summary>Copies the values of some positions and panels to where each panel's are side by side.</summary>
    private void Fetch(int from, int to, int panel, int panels, float* values)
    {
        for (int i = 0; from < to && i < panels; i++)
        {
            int column = (panel + i) * Lanes.Count;
            float* v = _call.V + (from * _call.CacheRow) + (_group * _call.HeadDim) + column;
            F32Weight.Fetch(
                (byte*)v, _call.CacheRow * sizeof(float), 0, Math.Min(Lanes.Count, _call.HeadDim - column), to - from, values + ((nint)i * _call.Layout.ValuePanel));
        }
    }

    /// <summary>Pairs in one tile: all heads of some rows, so that few see further than others.</summary>
    private int WholeRows()
    {
        int perGroup = _call.Heads / _call.Groups;
        return perGroup > Tile.MostRows ? Tile.MostRows : Tile.MostRows / perGroup * perGroup;
    }

    /// <summary>One block of one tile: the steps that all its pairs see, then the few more that later rows see.</summary>
    private void Sum(int from, int to, int block, int steps, float* values, float* into, int width)
    {
        int outputRow = _call.Layout.OutputRow, panelLength = _call.Layout.ValuePanel, common = Math.Min(steps, _ends[from] - block);
        Tile.Rows(
            Weights(from, block),
            _call.Layout.ScoreRow,
            (byte*)values,
            Lanes.Count * sizeof(float),
            (nint)panelLength * sizeof(float),
            into + (from * outputRow),
            outputRow,
            to - from,
            width,
            common,
            Chain.First);
        for (int i = from; i < to; i++)
        {
            int own = Math.Min(steps, _ends[i] - block);
            if (common < own)
            {
                Resume(Weights(i, block), values, common, own, into + (i * outputRow), width == 1 ? 0 : panelLength);
            }
        }
    }

    /// <summary>Steps from one to another of the chains of one pair and one or two panels of values.</summary>
    /// <param name="second">Where the second panel lies; 0 if there is none.</param>
    private static void Resume(float* weights, float* values, int from, int to, float* into, int second)
    {
        if (second == 0)
        {
            Vector512<float> one = Vector512.Load(into);
            for (int k = from; k < to; k++)
            {
                one = Lanes.Fma(Vector512.Create(weights[k]), Vector512.Load(values + (k * Lanes.Count)), one);
            }

            Tile.Put(into, one);
            return;
        }

        Vector512<float> a = Vector512.Load(into), b = Vector512.Load(into + Lanes.Count);
        for (int k = from; k < to; k++)
        {
            Vector512<float> factor = Vector512.Create(weights[k]);
            a = Lanes.Fma(factor, Vector512.Load(values + (k * Lanes.Count)), a);
            b = Lanes.Fma(factor, Vector512.Load(values + second + (k * Lanes.Count)), b);
        }

        Tile.Put(into, a);
        Tile.Put(into + Lanes.Count, b);
    }

    /// <summary>Outputs of the remaining pairs, the heads of one row at a time.</summary>
    private void Alone(int from)
    {
        int h = _call.HeadDim;
        for (int i = from; i < _count;)
        {
            int pair = _pairs[i], first = First(i), heads = 1;
            while (i + heads < _count && _call.Row(_pairs[i + heads]) == _call.Row(pair))
            {
                heads++;
            }

            new Product(
                Weights(i, first),
                _call.Layout.ScoreRow,
                1,
                _call.V + (first * _call.CacheRow) + (_group * h),
                _call.CacheRow * sizeof(float),
                Lanes.Count * sizeof(float),
                _call.Y + ((nint)pair * h),
                h,
                heads,
                _ends[i] - first,
                h).Run<F32Weight>();
            i += heads;
        }
    }
}
