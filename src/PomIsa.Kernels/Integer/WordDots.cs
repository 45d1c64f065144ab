using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>The exact w8 product by 16-bit instructions: bytes widened, neighbouring products added in 32 bits.</summary>
/// <remarks>|q|, |w| ≤ 127, so that even a product alone fits in 16 bits, and no instruction here can saturate.</remarks>
internal static unsafe class WordDots
{
    /// <summary>Steps of k whose words are held on the stack; deeper rows are widened again for each panel.</summary>
    private const int Block = 2048;

    /// <summary>Bits of the widest vectors that this processor has for it.</summary>
    public static int Width => Avx512BW.IsSupported ? 512 : Avx2.IsSupported ? 256 : 128;

    public static void Multiply(in ByteProduct call, int width)
    {
        int most = width / 128;
        short* words = stackalloc short[most * Block];
        int* pairs = stackalloc int[most * 2 * Lanes.Count];
        int* sums = stackalloc int[most * Lanes.Count];
        for (int row = 0; row < call.Rows;)
        {
            int count = call.Rows - row >= most ? most : 1, held = -1;
            for (int panel = call.PanelFrom; panel < call.PanelTo; panel++)
            {
                new Span<int>(pairs, count * 2 * Lanes.Count).Clear();
                for (int k = 0; k < call.Depth; k += Block)
                {
                    int steps = Math.Min(Block, call.Depth - k);
                    if (held != k)
                    {
                        Widen(call, row, count, k, steps, words);
                        held = k;
                    }

                    sbyte* w = (sbyte*)call.W + ((((nint)panel * call.Depth) + k) * Lanes.Count);
                    Add(width, count, words, w, steps, pairs);
                }

                Join(pairs, sums, count * Lanes.Count);
                call.Finish(row, count, panel, sums, offset: false);
            }

            row += count;
        }
    }

    private static void Add(int width, int count, short* q, sbyte* w, int steps, int* pairs)
    {
        switch (width, count)
        {
            case (512, 4): WordTiles512.Four(q, w, steps, pairs); break;
            case (512, _): WordTiles512.One(q, w, steps, pairs); break;
            case (256, 2): WordTiles256.Two(q, w, steps, pairs); break;
            case (256, _): WordTiles256.One(q, w, steps, pairs); break;
            default: WordTiles128.One(q, w, steps, pairs); break;
        }
    }

    /// <summary>Some steps of some rows as words, one row after another: <c>[count][steps]</c>.</summary>
    private static void Widen(in ByteProduct call, int row, int count, int k, int steps, short* to)
    {
        byte flip = call.Offset ? (byte)0x80 : (byte)0;
        for (int r = row; r < row + count; r++, to += steps)
        {
            byte* from = call.Q + ((nint)r * call.Depth) + k;
            int i = 0;
            for (; i + 16 <= steps; i += 16)
            {
                Vector128<sbyte> bytes = (Vector128.Load(from + i) ^ Vector128.Create(flip)).AsSByte();
                Vector128.WidenLower(bytes).Store(to + i);
                Vector128.WidenUpper(bytes).Store(to + i + 8);
            }

            for (; i < steps; i++)
            {
                to[i] = (sbyte)(from[i] ^ flip);
            }
        }
    }

    /// <summary>Each column's sum lies in two neighbouring lanes.</summary>
    private static void Join(int* pairs, int* sums, int count)
    {
        for (int i = 0; i < count; i += 4)
        {
            Vector128<long> first = Vector128.Load((long*)(pairs + (2 * i))), second = Vector128.Load((long*)(pairs + (2 * i) + 4));
            Vector128.Narrow(first + (first >>> 32), second + (second >>> 32)).Store(sums + i);
        }
    }
}
