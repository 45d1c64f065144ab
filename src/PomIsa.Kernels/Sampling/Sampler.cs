
namespace PomIsa.Kernels;

/// <summary>Draws a token from logits (spec/numerics.md, chapter 12).</summary>
public static class Sampler
{
    /// <summary>Keys that are kept in order one by one; to sort all of them takes less time where more are wanted.</summary>
    private const int Few = 1024;

    /// <summary>The token that temperature, top-k and top-p leave and the seed chooses at a position. Shape: <c>x:[V] → index</c>; f32.</summary>
    /// <remarks>
    /// Tokens are ordered by x / temperature, the greatest first and equal ones by index; softmax over the first k of them in that order; running sums; the first
    /// whose sum reaches <paramref name="topP"/> is the last one kept; the draw is Philox's for the position. It allocates nothing.
    /// </remarks>
    /// <param name="x">Logits, at least one. A NaN wins at once, the first one first.</param>
    /// <param name="temperature">Finite, not negative; 0 is argmax.</param>
    /// <param name="topP">Finite, not negative.</param>
    /// <param name="topK">0: no limit.</param>
    /// <param name="seed">Philox's key.</param>
    /// <param name="position">Philox's counter.</param>
    /// <param name="order">Scratch, V values of any content.</param>
    /// <param name="sums">Scratch, V values of any content.</param>
    /// <exception cref="ArgumentException">There are no logits, or scratch is too short.</exception>
    public static int Draw(
        ReadOnlySpan<float> x, float temperature, float topP, uint topK, ulong seed, long position, Span<ulong> order, Span<float> sums)
    {
        Shape.Require(!x.IsEmpty, "there is nothing to draw from");
        Shape.Require(order.Length >= x.Length && sums.Length >= x.Length, "scratch is too short");
        int best = Rows.Argmax(x);
        if (temperature == 0 || float.IsNaN(x[best]))
        {
            return best;
        }

        order = order[..x.Length];
        Scale(x, temperature, order);
        int count = topK > 0 && topK < (uint)x.Length ? (int)topK : x.Length;
        Sort(order, count);
        float max = ValueOf(order[0]);
        if (float.IsInfinity(max))
        {
            return IndexOf(order[0]);
        }

        sums = sums[..count];
        Weigh(order, max, sums);
        count = Accumulate(sums, topP);
        float height = Philox.Uniform(seed, position) * sums[count - 1];
        int drawn = 0;
        while (drawn < count - 1 && !(sums[drawn] > height))
        {
            drawn++;
        }

        return IndexOf(order[drawn]);
    }

    /// <summary>x / temperature and its index in one key: keys ascend where values descend, equal values by index.</summary>
    private static void Scale(ReadOnlySpan<float> x, float temperature, Span<ulong> keys)
    {
        for (int i = 0; i < x.Length; i++)
        {
            int bits = BitConverter.SingleToInt32Bits((x[i] / temperature) + 0f); // -0 becomes +0
            int ascending = bits < 0 ? bits ^ int.MaxValue : bits;
            keys[i] = ((ulong)~unchecked((uint)ascending ^ 0x80000000) << 32) | (uint)i;
        }
    }

    /// <summary>The first <paramref name="count"/> keys of all, in order; the others are of no use afterwards.</summary>
    private static void Sort(Span<ulong> keys, int count)
    {
        if (count > Few || count == keys.Length)
        {
            keys.Sort();
            return;
        }

        // What is below the greatest key kept so far is kept instead: the place of that one is found anew each time.
        Span<ulong> kept = keys[..count];
        kept.Sort();
        ulong last = kept[^1];
        for (int i = count; i < keys.Length; i++)
        {
            ulong key = keys[i];
            if (key < last)
            {
                int at = ~kept.BinarySearch(key);
                kept[at..^1].CopyTo(kept[(at + 1)..]);
                kept[at] = key;
                last = kept[^1];
            }
        }
    }

    /// <summary>e^(z − max) of the ordered values, divided by their sum.</summary>
    private static void Weigh(ReadOnlySpan<ulong> order, float max, Span<float> weights)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = ValueOf(order[i]);
        }

        Softmax.Exponentials(weights, max, weights);
        Division.Row(weights, Rows.Sum16(weights));
    }

    /// <summary>Running sums up to the first that reaches <paramref name="topP"/>; gives how many there are.</summary>
    private static int Accumulate(Span<float> sums, float topP)
    {
        float sum = 0;
        for (int i = 0; i < sums.Length; i++)
        {
            sum = i == 0 ? sums[0] : sum + sums[i];
            sums[i] = sum;
            if (sum >= topP)
            {
                return i + 1;
            }
        }

        return sums.Length;
    }

    private static float ValueOf(ulong key)
    {
        int ascending = unchecked((int)(~(uint)(key >> 32) ^ 0x80000000));
        return BitConverter.Int32BitsToSingle(ascending < 0 ? ascending ^ int.MaxValue : ascending);
    }

    private static int IndexOf(ulong key) => unchecked((int)(uint)key);
}
