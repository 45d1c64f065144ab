using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PomIsa.Exhaustive.Tables;
using PomIsa.Kernels;

namespace PomIsa.Exhaustive.Fma;

/// <summary>What one class of triples came to.</summary>
/// <param name="Subnormal">Results that are subnormal.</param>
/// <param name="Overflowed">Results that are infinite.</param>
/// <param name="Twice">Results that a sum rounded to f64, and then to f32, would have got wrong.</param>
/// <param name="Wrong">Triples on which any of the four software paths differs from the instruction.</param>
internal sealed record FmaCount(string Class, long Triples, long Subnormal, long Overflowed, long Twice, long Wrong);

/// <summary>The software fused multiply-add, alone and in 4, 8 and 16 lanes, against the processor's instruction.</summary>
internal static class FmaCheck
{
    private const int BlockLength = 1 << 12;

    /// <summary>What to say on a processor without the instruction; null where it has it.</summary>
    public static string? Missing => Lanes.HasFma ? null : "This processor has no fused multiply-add instruction (or the runtime may not use it): there is nothing to compare with.";

    /// <summary>Compares about <paramref name="count"/> triples, as many of each class; the same ones whatever the threads.</summary>
    public static IReadOnlyList<FmaCount> Run(long count, int threads, Progress? progress, Action<string> reportWrong, CancellationToken stop)
    {
        int blocks = (int)((count + BlockLength - 1) / BlockLength);
        var counts = TripleClass.All.Select(static c => new FmaCount(c.Name, 0, 0, 0, 0, 0)).ToArray();
        Pipeline.Run(
            blocks,
            threads,
            static () => new Block(),
            (index, block, cancel) =>
            {
                cancel.ThrowIfCancellationRequested();
                block.Compare(TripleClass.All[index % counts.Length], (ulong)index);
                progress?.Add(BlockLength, 0, block.Count.Wrong);
            },
            (index, block) =>
            {
                ref FmaCount sum = ref counts[index % counts.Length];
                sum = new FmaCount(
                    sum.Class,
                    sum.Triples + BlockLength,
                    sum.Subnormal + block.Count.Subnormal,
                    sum.Overflowed + block.Count.Overflowed,
                    sum.Twice + block.Count.Twice,
                    sum.Wrong + block.Count.Wrong);
                if (block.First is { } first)
                {
                    reportWrong(first);
                }
            },
            stop);
        return counts;
    }

    private sealed class Block
    {
        private readonly float[] _a = new float[BlockLength], _b = new float[BlockLength], _c = new float[BlockLength];
        private readonly float[] _expected = new float[BlockLength], _four = new float[BlockLength], _eight = new float[BlockLength], _sixteen = new float[BlockLength];

        public FmaCount Count { get; private set; } = new("", 0, 0, 0, 0, 0);

        public string? First { get; private set; }

        public void Compare(TripleClass kind, ulong seed)
        {
            Fill(kind, seed);
            Multiply();
            (long subnormal, long overflowed, long twice, long wrong) = (0, 0, 0, 0);
            First = null;
            for (int i = 0; i < BlockLength; i++)
            {
                float right = Lanes.Canonical(_expected[i]), one = Lanes.Canonical(SoftwareFma.Multiply(_a[i], _b[i], _c[i]));
                subnormal += float.IsSubnormal(right) ? 1 : 0;
                overflowed += float.IsInfinity(right) ? 1 : 0;
                twice += Bits(Lanes.Canonical((float)(((double)_a[i] * _b[i]) + _c[i]))) != Bits(right) ? 1 : 0;
                if (Bits(one) != Bits(right) || Bits(Lanes.Canonical(_four[i])) != Bits(right) || Bits(Lanes.Canonical(_eight[i])) != Bits(right) || Bits(Lanes.Canonical(_sixteen[i])) != Bits(right))
                {
                    wrong++;
                    First ??= $"{kind.Name}: fma(0x{Bits(_a[i]):x8}, 0x{Bits(_b[i]):x8}, 0x{Bits(_c[i]):x8}) = 0x{Bits(right):x8}; software: alone 0x{Bits(one):x8}, in 4 lanes 0x{Bits(_four[i]):x8}, in 8 0x{Bits(_eight[i]):x8}, in 16 0x{Bits(_sixteen[i]):x8}";
                }
            }

            Count = new FmaCount(kind.Name, BlockLength, subnormal, overflowed, twice, wrong);
        }

        private void Fill(TripleClass kind, ulong seed)
        {
            var draw = new Draw(seed << 32);
            for (int i = 0; i < BlockLength; i++)
            {
                (_a[i], _b[i], _c[i]) = kind.Make(ref draw);
            }
        }

        private void Multiply()
        {
            ReadOnlySpan<Vector512<float>> a = Wide(_a), b = Wide(_b), c = Wide(_c);
            Span<Vector512<float>> expected = Wide(_expected), four = Wide(_four), eight = Wide(_eight), sixteen = Wide(_sixteen);
            for (int i = 0; i < a.Length; i++)
            {
                expected[i] = Lanes.Fma(a[i], b[i], c[i]); // the instruction: Missing says where it is not
                sixteen[i] = SoftwareFma.Multiply(a[i], b[i], c[i]);
                (Vector256<float> aLow, Vector256<float> aHigh) = (a[i].GetLower(), a[i].GetUpper());
                (Vector256<float> bLow, Vector256<float> bHigh) = (b[i].GetLower(), b[i].GetUpper());
                (Vector256<float> cLow, Vector256<float> cHigh) = (c[i].GetLower(), c[i].GetUpper());
                eight[i] = Vector512.Create(SoftwareFma.Multiply(aLow, bLow, cLow), SoftwareFma.Multiply(aHigh, bHigh, cHigh));
                four[i] = Vector512.Create(Four(aLow, bLow, cLow), Four(aHigh, bHigh, cHigh));
            }
        }

        private static Vector256<float> Four(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.Create(
            SoftwareFma.Multiply(a.GetLower(), b.GetLower(), c.GetLower()),
            SoftwareFma.Multiply(a.GetUpper(), b.GetUpper(), c.GetUpper()));

        private static Span<Vector512<float>> Wide(float[] values) => MemoryMarshal.Cast<float, Vector512<float>>(values.AsSpan());

        private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);
    }
}
