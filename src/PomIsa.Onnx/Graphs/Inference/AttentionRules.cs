using System.Collections.Immutable;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs.Inference;

/// <summary>Attention of both domains, with the caches that it gives on, rotary embeddings and recurrent layers.</summary>
internal static class AttentionRules
{
    public static (string, Rule)[] All { get; } =
    [
        ("Attention", Attention),
        ("RotaryEmbedding", ElementRules.Same),
        ("com.microsoft.RotaryEmbedding", ElementRules.Same),
        ("com.microsoft.Attention", Projected),
        ("com.microsoft.MultiHeadAttention", MultiHead),
        ("com.microsoft.GroupQueryAttention", GroupQuery),
        ("ai.onnx.preview.FlexAttention", static n => n.Output(0, n.Type(0), n.Rank(0) == 4 && n.Rank(2) == 4 ? n.Shape(0).SetItem(3, n.Shape(2)[3]) : default)),
        ("LinearAttention", Linear),
        ("com.microsoft.LinearAttention", Linear),
        ("CausalConvWithState", CausalConv),
        ("com.microsoft.CausalConvWithState", CausalConv),
        ("RNN", static n => Recurrent(n, 2)),
        ("GRU", static n => Recurrent(n, 2)),
        ("LSTM", static n => Recurrent(n, 3)),
    ];

    /// <summary>[B, heads, S, h] of [B, S, heads · h], or of what has heads already; default where it can't be told.</summary>
    private static ImmutableArray<Size> Heads(ImmutableArray<Size> shape, long heads) =>
        shape.IsDefault ? default
        : shape.Length == 4 ? shape
        : shape.Length == 3 && heads > 0 && shape[2].DividedEvenly(Size.Of(heads)) is { } width ? [shape[0], Size.Of(heads), shape[1], width]
        : default;

    /// <summary>Keys or values behind those of the past, which may be none.</summary>
    private static ImmutableArray<Size> Behind(Facts n, int past, ImmutableArray<Size> rows) =>
        rows.IsDefault || (n.Has(past) && n.Rank(past) != 4) ? default
        : n.Has(past) ? rows.SetItem(2, n.Shape(past)[2] + rows[2]) : rows;

    private static void Attention(Facts n)
    {
        if (n.Opset < 23 && n.HasAttribute("num_heads"))
        {
            Projected(n);
            return;
        }

        bool flat = n.Rank(0) == 3;
        long heads = n.Node.Int("q_num_heads", 0), shared = n.Node.Int("kv_num_heads", 0);
        ImmutableArray<Size> q = Heads(n.Shape(0), heads), k = Behind(n, 4, Heads(n.Shape(1), shared)), v = Behind(n, 5, Heads(n.Shape(2), shared));
        n.Output(0, n.Type(0), q.IsDefault || v.IsDefault ? default : flat ? [q[0], q[2], q[1] * v[3]] : [q[0], q[1], q[2], v[3]]);
        n.Output(1, n.Type(1), k);
        n.Output(2, n.Type(2), v);
        n.Output(3, n.Type(0), q.IsDefault || k.IsDefault ? default : [q[0], q[1], q[2], k[2]]);
    }

    /// <summary>The contributed operator that projects queries, keys and values itself.</summary>
    private static void Projected(Facts n)
    {
        n.Output(0, n.Type(0));
        n.Output(1, n.Type(0));
        ImmutableArray<Size> input = n.Shape(0), weights = n.Shape(1);
        long heads = n.Node.Int("num_heads", 1);
        if (input is not { IsDefault: false, Length: 3 } || weights is not { IsDefault: false, Length: 2 })
        {
            return;
        }

        long[]? sizes = n.Node.Ints("qkv_hidden_sizes");
        Size third = weights[1].FloorDividedBy(3), keys = sizes is { Length: 3 } ? Size.Of(sizes[1]) : third, values = sizes is { Length: 3 } ? Size.Of(sizes[2]) : third;
        n.Output(0, n.Type(0), [input[0], input[1], values]);
        if (!n.Has(4) || n.Rank(4) == 5)
        {
            Size length = n.Has(4) ? n.Shape(4)[3] + input[1] : input[1];
            n.Output(1, n.Type(0), [2, input[0], Size.Of(heads), length, keys.FloorDividedBy(Size.Of(heads))]);
        }
    }

    private static void MultiHead(Facts n)
    {
        long heads = n.Node.Int("num_heads", 1);
        ImmutableArray<Size> query = n.Shape(0), pair = n.Shape(1), k, v;
        for (int i = 0; i < 4; i++)
        {
            n.Output(i, n.Type(0));
        }

        if (query.IsDefault || query.Length is not (3 or 5))
        {
            return;
        }

        if (query.Length == 5)
        {
            k = v = [query[0], Size.Of(heads), query[1], query[4]];
        }
        else if (pair is { IsDefault: false, Length: 5 })
        {
            k = v = [query[0], Size.Of(heads), pair[1], pair[4]];
        }
        else
        {
            (k, v) = (Heads(pair, heads), Heads(n.Shape(2), heads));
        }

        (k, v) = (Behind(n, 6, k), Behind(n, 7, v));
        n.Output(0, n.Type(0), v.IsDefault ? default : [query[0], query[1], v[1] * v[3]]);
        n.Output(1, n.Type(0), k);
        n.Output(2, n.Type(0), v);
        n.Output(3, n.Type(0), k.IsDefault ? default : [query[0], Size.Of(heads), query[1], k[2]]);
    }

    private static void GroupQuery(Facts n)
    {
        ImmutableArray<Size> query = n.Shape(0);
        long heads = n.Node.Int("num_heads", 1), shared = n.Node.Int("kv_num_heads", 1);
        Size? width = query is not { IsDefault: false, Length: 3 } ? null : query[2].DividedEvenly(Size.Of(n.Has(1) ? heads : heads + (2 * shared)));
        bool pastKnown = !n.Has(3) || n.Rank(3) == 4;
        n.Output(0, n.Type(0), width is null ? default : [query[0], query[1], width * Size.Of(heads)]);
        for (int i = 1; i < 3; i++)
        {
            Size room = n.Has(3) && pastKnown ? n.Shape(3)[2] : Size.Zero;
            Size length = pastKnown && n.Single(6) is { IsNeverNegative: true } total ? Size.Max(total, room) : n.Unknown(i, 2);
            n.Output(i, n.Type(0), width is null ? default : [query[0], Size.Of(shared), length, width]);
        }
    }

    private static void Linear(Facts n)
    {
        long heads = n.Node.Int("q_num_heads", 1), shared = n.Node.Int("kv_num_heads", 1);
        ImmutableArray<Size> q = Heads(n.Shape(0), heads), k = Heads(n.Shape(1), shared), v = Heads(n.Shape(2), shared);
        bool known = !q.IsDefault && !k.IsDefault && !v.IsDefault;
        n.Output(0, n.Type(0), known ? [q[0], q[2], Size.Of(heads) * v[3]] : default);
        n.Output(1, n.Has(3) ? n.Type(3) : n.Type(0), known ? [q[0], Size.Of(shared), k[3], v[3]] : default);
    }

    private static void CausalConv(Facts n)
    {
        ImmutableArray<Size> x = n.Shape(0), w = n.Shape(1);
        n.Output(0, n.Type(0), x);
        n.Output(1, n.Type(0), x is { IsDefault: false, Length: 3 } && !w.IsDefaultOrEmpty ? [x[0], x[1], w[^1] - Size.One] : default);
    }

    private static void Recurrent(Facts n, int outputs)
    {
        ImmutableArray<Size> x = n.Shape(0), w = n.Shape(1), r = n.Shape(2);
        bool batchFirst = n.Node.Int("layout", 0) != 0, known = x is { IsDefault: false, Length: 3 } && w is { IsDefault: false, Length: 3 } && r is { IsDefault: false, Length: 3 };
        n.Output(0, n.Type(0), !known ? default : batchFirst ? [x[0], x[1], w[0], r[2]] : [x[0], w[0], x[1], r[2]]);
        for (int i = 1; i < outputs; i++)
        {
            n.Output(i, n.Type(0), !known ? default : batchFirst ? [x[0], w[0], r[2]] : [w[0], x[1], r[2]]);
        }
    }
}
