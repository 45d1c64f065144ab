using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PomIsa.Kernels;

/// <summary>The operands of one exact product over quantized rows, checked, and what happens to its sums.</summary>
/// <remarks>Q holds the rows as bytes: q + 128 if <see cref="Offset"/>, else q. Y may be null: then there are only sums; or Acc: then nobody wants them.</remarks>
internal unsafe struct ByteProduct
{
    public byte* Q;

    /// <summary>Panels of w8, or of w4 nibbles.</summary>
    public byte* W;

    /// <summary>Sub-scales of w4.</summary>
    public byte* Subs;

    /// <summary>Of w8 the columns' sums; of w4, −8 times the sum of each group of each row.</summary>
    public int* ColumnSums, GroupOffsets;

    public int* Acc;

    public float* Scales, S, Y;

    public bool Offset;

    public int Rows, Depth, Columns, PanelFrom, PanelTo;

    /// <summary>Elements from which sums and values go past the caches: each line would be read before it is written, and be gone again before anyone needs it.</summary>
    private const long Large = 1 << 21;

    /// <summary>Whether all that is written goes past the caches.</summary>
    public readonly bool IsLarge => Y != null && (long)Rows * Columns >= Large && Columns % Lanes.Count == 0 && (((nint)Acc | (nint)Y) & 31) == 0;

    /// <summary>Calls for the lines that <see cref="Finish"/> will write: a store that misses would hold up all stores after it.</summary>
    public readonly void Expect(int row, int count, int panel)
    {
        nint at = ((nint)row * Columns) + (panel * Lanes.Count);
        for (int r = 0; r < count; r++, at += Columns)
        {
            if (Acc != null)
            {
                ByteTiles.Prefetch(Acc + at);
            }

            if (Y != null)
            {
                ByteTiles.Prefetch(Y + at);
            }
        }
    }

    /// <summary>Writes the sums of <paramref name="count"/> rows of one panel, and y with them: <c>sums:[count][16]</c>.</summary>
    /// <param name="offset">The sums are of q + 128: 128 times the column sums comes off.</param>
    public readonly void Finish(int row, int count, int panel, int* sums, bool offset)
    {
        int at = panel * Lanes.Count;
        Vector256<int> low = default, high = default;
        if (offset)
        {
            low = Vector256.Load(ColumnSums + at) << 7;
            high = Vector256.Load(ColumnSums + at + 8) << 7;
        }

        if (Columns - at < Lanes.Count)
        {
            Part(row, count, at, sums, offset);
            return;
        }

        nint to = ((nint)row * Columns) + at;
        if (Y == null)
        {
            for (int* acc = Acc + to; count > 0; count--, acc += Columns, sums += Lanes.Count)
            {
                (Vector256.Load(sums) - low).Store(acc);
                (Vector256.Load(sums + 8) - high).Store(acc + 8);
            }

            return;
        }

        if (IsLarge)
        {
            Vector256<int> first = low, second = high; // by reference, so copies: those that the loop below goes on with stay in registers
            FinishLarge(row, count, to, sums, first, second);
            return;
        }

        Vector256<float> s0 = Vector256.Load(S + at), s1 = Vector256.Load(S + at + 8);
        float* y = Y + to;
        for (int r = 0; r < count; r++, y += Columns, sums += Lanes.Count)
        {
            Vector256<float> d = Vector256.Create(Scales[row + r]);
            Vector256<int> first = Vector256.Load(sums) - low, second = Vector256.Load(sums + 8) - high;
            Value(first, d * s0).Store(y);
            Value(second, d * s1).Store(y + 8);
            if (Acc != null)
            {
                int* acc = Acc + to + ((nint)r * Columns);
                first.Store(acc);
                second.Store(acc + 8);
            }
        }
    }

    /// <summary>The same past the caches.</summary>
    private readonly void FinishLarge(int row, int count, nint to, int* sums, in Vector256<int> low, in Vector256<int> high)
    {
        float* s = S + (to % Columns), y = Y + to;
        Vector256<float> s0 = Vector256.Load(s), s1 = Vector256.Load(s + 8);
        for (int r = 0; r < count; r++, y += Columns, sums += Lanes.Count)
        {
            Vector256<float> d = Vector256.Create(Scales[row + r]);
            Vector256<int> first = Vector256.Load(sums) - low, second = Vector256.Load(sums + 8) - high;
            Value(first, d * s0).StoreAlignedNonTemporal(y);
            Value(second, d * s1).StoreAlignedNonTemporal(y + 8);
            if (Acc != null)
            {
                int* acc = Acc + to + ((nint)r * Columns);
                first.StoreAlignedNonTemporal(acc);
                second.StoreAlignedNonTemporal(acc + 8);
            }
        }
    }

    /// <summary>f32(sum) · scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Value(Vector256<int> sum, Vector256<float> scale) => Lanes.Canonical(Vector256.ConvertToSingle(sum) * scale);

    /// <summary>The last panel, where it has fewer than 16 columns.</summary>
    private readonly void Part(int row, int count, int at, int* sums, bool offset)
    {
        for (int r = row; r < row + count; r++, sums += Lanes.Count)
        {
            for (int n = at; n < Columns; n++)
            {
                int sum = sums[n - at] - (offset ? ColumnSums[n] << 7 : 0);
                if (Acc != null)
                {
                    Acc[((nint)r * Columns) + n] = sum;
                }

                if (Y != null)
                {
                    Y[((nint)r * Columns) + n] = Lanes.Canonical(sum * (Scales[r] * S[n]));
                }
            }
        }
    }
}
