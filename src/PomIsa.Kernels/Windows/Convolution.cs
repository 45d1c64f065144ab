using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Grouped convolution of planes (spec/numerics.md, rule 10.2).</summary>
/// <remarks>
/// Of each two panels of 16 output positions the values that their windows meet are laid side by side, a block of 256 steps at a time, and multiplied with all
/// filters of the group: a product like <see cref="MatMul"/>, without a copy of the whole input.
/// </remarks>
public static unsafe class Convolution
{
    /// <summary>Output positions that one piece of work computes: two panels.</summary>
    public const int Together = 2 * Lanes.Count;

    /// <summary>Pieces that one call can be shared in: images by groups by tiles of <see cref="Together"/> positions.</summary>
    public static int Pieces(int batch, int groups, in Window window) =>
        checked(batch * groups * (int)((((long)window.OutHeight * window.OutWidth) + Together - 1) / Together));

    /// <summary>y[b,o,p,q] = the dot product over (g, r, s) of what the window at (p, q) meets and filter o; +0 outside the plane.</summary>
    /// <remarks>
    /// Shapes: <c>x:[B,C,H,W], w:[O,G,R,S] → y:[B,O,P,Q]</c>; f32, in rows. Filters o and channels are cut into C/G groups; group i's filters see
    /// channels i·G … i·G + G − 1. Blocks of 256 by rule 2.1 over k = (g, r, s), s fastest. Pieces <paramref name="from"/> to
    /// <paramref name="to"/> (exclusive, see <see cref="Pieces"/>) are written, so that workers can share one call. No overlap.
    /// </remarks>
    /// <param name="channels">C.</param>
    /// <param name="filters">O.</param>
    /// <param name="depth">G.</param>
    /// <exception cref="ArgumentException">Lengths disagree, the groups don't come out even, or the range is not within the pieces.</exception>
    public static void Run(
        ReadOnlySpan<float> x, ReadOnlySpan<float> w, Span<float> y, int batch, int channels, int filters, int depth, in Window window, int from, int to)
    {
        window.Check();
        Shape.Require(depth > 0 && channels % depth == 0 && channels > 0 && filters % (channels / depth) == 0, "the groups don't come out even");
        Shape.Require(x.Length == (long)batch * channels * window.Height * window.Width, "x is not [B,C,H,W]");
        Shape.Require(w.Length == (long)filters * depth * window.KernelHeight * window.KernelWidth, "w is not [O,G,R,S]");
        Shape.Require(y.Length == (long)batch * filters * window.OutHeight * window.OutWidth, "y is not [B,O,P,Q]");
        int groups = channels / depth;
        Shape.RequireRange(from, to, Pieces(batch, groups, window));
        fixed (float* px = x, pw = w, py = y)
        {
            var call = new Call(px, pw, py, groups, depth, filters / groups, window);
            for (int piece = from; piece < to; piece++)
            {
                call.Piece(piece);
            }
        }
    }

    /// <summary>The operands, checked.</summary>
    private readonly struct Call(float* x, float* w, float* y, int groups, int depth, int filters, Window window)
    {
        private readonly int _outWidth = window.OutWidth, _outSize = window.OutHeight * window.OutWidth;

        [SkipLocalsInit]
        public void Piece(int piece)
        {
            int tiles = (_outSize + Together - 1) / Together;
            int image = piece / tiles, first = piece % tiles * Together, count = Math.Min(Together, _outSize - first);
            int taps = window.KernelHeight * window.KernelWidth, steps = depth * taps;
            float* planes = x + ((nint)image * depth * window.Height * window.Width);
            float* weights = w + ((nint)(image % groups) * filters * steps), into = y + ((nint)image * filters * _outSize) + first;
            float* scratch = stackalloc float[(Together * MatMul.Block) + Lanes.Count];
            float* panels = (float*)(((nint)scratch + 63) & ~63);
            for (int k = 0; k < steps; k += MatMul.Block)
            {
                int block = Math.Min(MatMul.Block, steps - k);
                Lay(planes, first, count, k, block, panels);
                Multiply(weights + k, steps, panels, block, into, count, k == 0 ? Chain.First : Chain.Later);
            }
        }

        /// <summary>What so many neighbouring windows meet at each of some steps: <c>[2][256][16]</c>, +0 beyond the last window.</summary>
        private void Lay(float* planes, int first, int count, int k, int block, float* panels)
        {
            for (int panel = 0; panel * Lanes.Count < count; panel++)
            {
                float* to = panels + (panel * MatMul.Block * Lanes.Count);
                int done = 0, most = Math.Min(Lanes.Count, count - (panel * Lanes.Count));
                while (done < most)
                {
                    int at = first + (panel * Lanes.Count) + done, p = at / _outWidth, q = at % _outWidth;
                    int run = Math.Min(most - done, _outWidth - q);
                    LayRun(planes, p, q, run, k, block, to + done);
                    done += run;
                }

                for (int i = 0; most < Lanes.Count && i < block; i++)
                {
                    new Span<float>(to + (i * Lanes.Count) + most, Lanes.Count - most).Clear();
                }
            }
        }

        /// <summary>The same of windows in one row of outputs, from (p, q) on.</summary>
        private void LayRun(float* planes, int p, int q, int run, int k, int block, float* to)
        {
            int taps = window.KernelHeight * window.KernelWidth, size = window.Height * window.Width;
            int r = k % taps / window.KernelWidth, s = k % window.KernelWidth, row = window.Row(p, r), column = window.Column(q, 0);
            float* plane = planes + ((nint)(k / taps) * size);
            for (float* end = to + (block * Lanes.Count); to < end; to += Lanes.Count)
            {
                window.Read(plane, row, column + (s * window.DilationWidth), run, 0, to);
                if (++s == window.KernelWidth)
                {
                    s = 0;
                    r = r + 1 == window.KernelHeight ? 0 : r + 1;
                    plane += r == 0 ? size : 0;
                    row = window.Row(p, r);
                }
            }
        }

        /// <summary>All filters of the group by one or two panels.</summary>
        private void Multiply(float* weights, int steps, float* panels, int block, float* into, int count, Chain chain)
        {
            const nint Row = Lanes.Count * sizeof(float), Panel = MatMul.Block * Row;
            if (count == Together && Avx512F.IsSupported)
            {
                Tile.Rows(weights, steps, (byte*)panels, Row, Panel, into, _outSize, filters, 2, block, chain);
                return;
            }

            for (int panel = 0; panel * Lanes.Count < count; panel++)
            {
                int at = panel * Lanes.Count;
                Tile.Rows(weights, steps, (byte*)panels + (panel * Panel), Row, Panel, into + at, _outSize, filters, 1, block, chain, Math.Min(Lanes.Count, count - at));
            }
        }
    }
}
