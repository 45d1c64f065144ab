using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Softmax of one row of scaled scores (spec/numerics.md, rule 7) in three steps, so that those of neighbouring rows can overlap.</summary>
/// <remarks>A row has room for its values, rounded up to whole vectors; what is beyond them is lost.</remarks>
internal static unsafe class AttentionWeights
{
    /// <summary>e^-69 is greater than 2^-100.</summary>
    private const float Deep = -69;

    /// <summary>x = x · scale, each product rounded; gives the greatest, or what serves as well where a NaN makes all weights NaN.</summary>
    public static float Scale(float* x, int count, float scale)
    {
        Vector512<float> factor = Vector512.Create(scale), none = Vector512.Create(float.NegativeInfinity), a = none, b = none;
        int i = 0;
        for (; i < count - (2 * Lanes.Count); i += 2 * Lanes.Count)
        {
            Vector512<float> first = Vector512.Load(x + i) * factor, second = Vector512.Load(x + i + Lanes.Count) * factor;
            first.Store(x + i);
            second.Store(x + i + Lanes.Count);
            a = Greater(first, a);
            b = Greater(second, b);
        }

        for (; i < count; i += Lanes.Count)
        {
            Vector512<float> value = Vector512.Load(x + i) * factor;
            value.Store(x + i);
            Vector512<int> within = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count - i));
            a = Greater(Vector512.ConditionalSelect(within.AsSingle(), value, none), a);
        }

        return Greatest(Greater(a, b));
    }

    /// <summary>The greatest lane; none is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Greatest(Vector512<float> lanes)
    {
        if (!Avx.IsSupported)
        {
            Vector256<float> half = Vector256.Max(lanes.GetLower(), lanes.GetUpper());
            Vector128<float> quarter = Vector128.Max(half.GetLower(), half.GetUpper());
            quarter = Vector128.Max(quarter, Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1)));
            return Vector128.Max(quarter, Vector128.Shuffle(quarter, Vector128.Create(1, 0, 3, 2))).ToScalar();
        }

        // The instructions by name: what stands for them on all processors alike is compiled only when it runs.
        Vector256<float> eight = Avx.Max(lanes.GetLower(), lanes.GetUpper());
        Vector128<float> four = Sse.Max(eight.GetLower(), eight.GetUpper());
        four = Sse.Max(four, Sse.MoveHighToLow(four, four));
        return Sse.MaxScalar(four, Sse.Shuffle(four, four, 1)).ToScalar();
    }

    /// <summary>x = cap · tanh(x · scale / cap), each operation rounded; gives the greatest as <see cref="Scale"/> does.</summary>
    public static float Cap(float* x, int count, float scale, float cap)
    {
        int length = Panels.Count(count) * Lanes.Count;
        Vector512<float> factor = Vector512.Create(scale), divisor = Vector512.Create(cap);
        var row = new Span<float>(x, length);
        row[count..].Clear();
        for (int i = 0; i < length; i += Lanes.Count)
        {
            (Vector512.Load(x + i) * factor / divisor).Store(x + i);
        }

        for (int at = 0; at < length; at += Softmax.Piece)
        {
            Span<float> piece = row.Slice(at, Math.Min(Softmax.Piece, length - at));
            Elementary.Tanh(piece, piece);
        }

        return Scale(x, count, cap);
    }

    /// <summary>x = x · scale + bias, each operation rounded, −inf where the bias is that; gives the greatest as <see cref="Scale"/> does.</summary>
    public static float Bias(float* x, float* bias, int count, float scale)
    {
        Vector512<float> factor = Vector512.Create(scale), none = Vector512.Create(float.NegativeInfinity);
        int i = 0;
        for (; i <= count - Lanes.Count; i += Lanes.Count)
        {
            Vector512<float> added = Vector512.Load(bias + i);
            Vector512<float> value = (Vector512.Load(x + i) * factor) + added;
            Vector512.ConditionalSelect(Vector512.Equals(added, none), none, value).Store(x + i);
        }

        for (; i < count; i++)
        {
            x[i] = float.IsNegativeInfinity(bias[i]) ? bias[i] : (x[i] * scale) + bias[i];
        }

        return Scale(x, count, 1);
    }

    /// <summary>x = e^(x − max), +0 beyond the row; gives their sum (rule 4).</summary>
    /// <param name="plain">Whether all of the row are at least 2^-100, or their sum is NaN.</param>
    public static float Exponentials(float* x, int count, float max, out bool plain)
    {
        Vector512<float> lanes = default, least = default;
        int last = (Panels.Count(count) - 1) * Lanes.Count;
        for (int i = 0; (i = Exponentials(x, i, last, max, ref lanes, ref least)) < last; i += Lanes.Count)
        {
            var some = new Span<float>(x + i, Lanes.Count);
            Elementary.Exp(some, some);
            lanes += Vector512.Load(x + i);
        }

        // Beyond the row: an exponential like any other, then +0, which changes no sum: every lane is +0 or greater.
        Vector512<float> within = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count - last)).AsSingle();
        Vector512<float> rest = Vector512.ConditionalSelect(within, Vector512.Load(x + last) - Vector512.Create(max), default);
        plain = !Vector512.LessThanAny(Lesser(rest, least), Vector512.Create(Deep));
        rest.Store(x + last);
        if (!Elementary.TryExp16(x + last))
        {
            var some = new Span<float>(x + last, Lanes.Count);
            Elementary.Exp(some, some);
        }

        // Compared once more: what lives across a call does not stay in a register.
        within = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count - last)).AsSingle();
        Vector512<float> end = Vector512.ConditionalSelect(within, Vector512.Load(x + last), default);
        end.Store(x + last);
        return Rows.Fold(lanes + end);
    }

    /// <summary>The same from one place to another, as long as no value needs a closer look: gives the place of the first that does, less the greatest already.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Exponentials(float* x, int from, int to, float max, ref Vector512<float> sums, ref Vector512<float> least)
    {
        Vector512<float> greatest = Vector512.Create(max), lanes = sums, lowest = least;
        for (; from < to; from += Lanes.Count)
        {
            Vector512<float> below = Vector512.Load(x + from) - greatest;
            lowest = Lesser(below, lowest);
            below.Store(x + from);
            if (!Elementary.TryExp16(x + from))
            {
                break;
            }

            lanes += Vector512.Load(x + from);
        }

        sums = lanes;
        least = lowest;
        return from;
    }

    /// <summary>x = x / sum.</summary>
    public static void Divide(float* x, int count, float sum, bool plain) => Division.Row(x, Panels.Count(count) * Lanes.Count, sum, plain);

    /// <summary>The greater of two where neither is NaN; the second where the first is. Zeros of either sign do equally well.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Greater(Vector512<float> x, Vector512<float> most) =>
        Avx512F.IsSupported ? Avx512F.Max(x, most) : Vector512.ConditionalSelect(Vector512.GreaterThan(x, most), x, most);

    /// <summary>The lesser of two where neither is NaN; the second where the first is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Lesser(Vector512<float> x, Vector512<float> least) =>
        Avx512F.IsSupported ? Avx512F.Min(x, least) : Vector512.ConditionalSelect(Vector512.LessThan(x, least), x, least);
}
