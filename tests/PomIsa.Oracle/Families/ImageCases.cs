using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;
using PomIsa.Oracle.Rules;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Convolutions and pools over two axes, or over one where the other has one place.</summary>
internal static class ImageCases
{
    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All =>
        [("conv", Convolutions), ("pool.max", static () => Pools("pool.max", null)), ("pool.mean", static () => Pools("pool.mean", 0).Concat(Pools("pool.mean", 1)))];

    /// <summary>How a window of H × W goes over an image: strides, pads at four sides, dilations.</summary>
    private sealed record Window(int High, int Wide, int StrideH = 1, int StrideW = 1, int Top = 0, int Left = 0, int Bottom = 0, int Right = 0, int DilationH = 1, int DilationW = 1)
    {
        public long[] Numbers => [StrideH, StrideW, Top, Left, Bottom, Right, DilationH, DilationW];

        public int Rows(int height) => ((height + Top + Bottom - ((High - 1) * DilationH) - 1) / StrideH) + 1;

        public int Columns(int width) => ((width + Left + Right - ((Wide - 1) * DilationW) - 1) / StrideW) + 1;

        /// <summary>Whether a result has at least one row and one column.</summary>
        public bool Fits(int height, int width) =>
            height + Top + Bottom > (High - 1) * DilationH && width + Left + Right > (Wide - 1) * DilationW;

        /// <summary>Where the window's place (r, s) lies in an image for the result's place (p, q).</summary>
        public (int Row, int Column) At(int p, int q, int r, int s) => ((p * StrideH) - Top + (r * DilationH), (q * StrideW) - Left + (s * DilationW));

        public override string ToString() =>
            $"{High}x{Wide}, strides {StrideH} {StrideW}, pads {Top} {Left} {Bottom} {Right}, dilations {DilationH} {DilationW}";
    }

    private static readonly (int[] Image, Window Window)[] Layouts =
    [
        ([1, 1], new(1, 1)), ([3, 3], new(2, 2)), ([3, 4], new(3, 3, Top: 1, Left: 1, Bottom: 1, Right: 1)), ([5, 5], new(3, 3, 2, 2)), ([5, 4], new(2, 3, 2, 1, 1, 0, 0, 1)), ([1, 7], new(1, 3)),
        ([1, 7], new(1, 3, 1, 2, 0, 1, 0, 1)), ([7, 1], new(3, 1, 3, 1, 2, 0)), ([5, 5], new(2, 2, DilationH: 3, DilationW: 2)), ([4, 4], new(2, 2, 3, 3, 2, 2, 2, 2)), ([2, 2], new(3, 3, 1, 1, 2, 2, 2, 2)),
        ([1, 16], new(1, 1)), ([1, 17], new(1, 2)), ([1, 15], new(1, 15)), ([6, 2], new(2, 2, 4, 1)), ([3, 3], new(1, 1, 2, 2, 1, 1, 1, 1)), ([2, 2], new(2, 2, 1, 1, 3, 3, 3, 3)),
    ];

    private static IEnumerable<Case> Convolutions()
    {
        var draw = new Draw(Seeds.Of("conv"));
        foreach ((int[] image, Window window) in Layouts)
        {
            foreach ((int batch, int channels, int results, int groups) in new[] { (1, 1, 1, 1), (2, 2, 3, 1), (1, 2, 2, 2), (1, 4, 2, 2) })
            {
                yield return Convolve($"{Text(image)}, {window}; {batch} of {channels} to {results} in {groups}", draw, batch, channels, results, groups, image, window);
            }
        }

        foreach (int channels in (int[])[255, 256, 257, 513])
        {
            yield return Convolve($"{channels} channels: blocks of 256", draw, 1, channels, 1, 1, [1, 1], new Window(1, 1));
        }

        yield return Convolve("257 places of a window", draw, 1, 1, 1, 1, [1, 257], new Window(1, 257));
        yield return Convolve("no images", draw, 0, 2, 3, 1, [3, 3], new Window(2, 2));
        for (int i = 0; i < 40; i++)
        {
            int groups = 1 + draw.Below(2);
            var window = new Window(1 + draw.Below(3), 1 + draw.Below(3), 1 + draw.Below(2), 1 + draw.Below(2), draw.Below(3), draw.Below(3), draw.Below(3), draw.Below(3), 1 + draw.Below(2), 1 + draw.Below(2));
            int[] image = [1 + draw.Below(5), 1 + draw.Below(5)];
            if (window.Fits(image[0], image[1]))
            {
                yield return Convolve($"drawn {i}", draw, 1 + draw.Below(2), groups * (1 + draw.Below(2)), groups * (1 + draw.Below(2)), groups, image, window, special: i % 2 == 0);
            }
        }

        yield return Convolve("+0 outside takes part: infinity makes NaN", draw, 1, 1, 1, 1, [1, 2], new Window(1, 2, Left: 1), weight: Decimals("inf 1"));
        yield return Convolve("-0 weights on +0 outside", draw, 1, 1, 1, 1, [1, 1], new Window(1, 3, Left: 1, Right: 1), weight: Decimals("-0 -0 -0"));
    }

    private static Case Convolve(
        string name, Draw draw, int batch, int channels, int results, int groups, int[] image, Window window, bool special = false, F32[]? weight = null)
    {
        (int height, int width, int each) = (image[0], image[1], channels / groups);
        F32[] x = special ? draw.Mixed(batch * channels * height * width, -4, 4) : draw.Spread(batch * channels * height * width, -4, 4);
        F32[] w = weight ?? draw.Spread(results * each * window.High * window.Wide, -4, 4);
        int[] shape = [batch, results, window.Rows(height), window.Columns(width)];
        IEnumerable<F32> y = Enumerable.Range(0, Tensor.Elements(shape)).Select(at =>
        {
            int[] i = Places.Index(at, shape);
            int size = window.High * window.Wide, group = i[1] / (results / groups);
            return Products.Dot(
                each * size,
                k =>
                {
                    (int row, int column) = window.At(i[2], i[3], k % size / window.Wide, k % window.Wide);
                    return row < 0 || row >= height || column < 0 || column >= width ? F32.Zero : x[(((((i[0] * channels) + (group * each) + (k / size)) * height) + row) * width) + column];
                },
                k => w[(i[1] * each * size) + k]);
        });
        return new Case(name)
        {
            Reads = [Tensor.Of([batch, channels, height, width], x)],
            Weights = [Weight.Of(Tensor.Of([results, each, window.High, window.Wide], w))],
            Immediates = [.. window.Numbers.Select(Immediate.U32)],
            Writes = [Tensor.Of(shape, y)],
        };
    }

    private static IEnumerable<Case> Pools(string mnemonic, int? countPad)
    {
        var draw = new Draw(Seeds.Of(mnemonic));
        string end = countPad is { } p ? $"; countPad {p}" : "";
        foreach ((int[] image, Window window) in Layouts)
        {
            foreach ((int batch, int channels) in new[] { (1, 1), (2, 3) })
            {
                int[] shape = [batch, channels, .. image];
                yield return Pool($"{Text(shape)}, {window}{end}", Tensor.Of(shape, draw.Spread(Tensor.Elements(shape), -4, 4)), window, countPad);
            }

            int[] one = [1, 1, .. image];
            yield return Pool($"special values, {Text(one)}, {window}{end}", Tensor.Of(one, draw.Mixed(Tensor.Elements(one), -4, 4)), window, countPad);
        }

        yield return Pool("no images" + end, Tensor.Of([0, 2, 3, 3]), new Window(2, 2), countPad);
        yield return Pool("no channels" + end, Tensor.Of([2, 0, 3, 3]), new Window(2, 2), countPad);
        yield return Pool("zeros of both signs" + end, Tensor.Of([1, 1, 1, 4], Decimals("-0 0 -0 -0")), new Window(1, 2), countPad);
        yield return Pool("NaN payload" + end, Tensor.Of([1, 1, 1, 3], Decimals("1 nan 2")), new Window(1, 2), countPad);
        yield return Pool("an order shows" + end, Tensor.Of([1, 1, 2, 17], new Draw(9).Spread(34, -12, 12)), new Window(2, 17), countPad);
        foreach (int places in (int[])[255, 256, 257])
        {
            yield return Pool($"{places} places" + end, Tensor.Of([1, 1, 1, places], new Draw(10).Spread(places, -12, 12)), new Window(1, places), countPad);
        }
    }

    private static Case Pool(string name, Tensor x, Window window, int? countPad)
    {
        (int height, int width) = (x.Shape[2], x.Shape[3]);
        F32[] values = x.Floats;
        int[] shape = [x.Shape[0], x.Shape[1], window.Rows(height), window.Columns(width)];
        IEnumerable<F32> y = Enumerable.Range(0, Tensor.Elements(shape)).Select(at =>
        {
            int[] i = Places.Index(at, shape);
            F32[] row = [.. Enumerable.Range(0, window.High * window.Wide)
                .Select(k => window.At(i[2], i[3], k / window.Wide, k % window.Wide))
                .Where(place => place.Row >= 0 && place.Row < height && place.Column >= 0 && place.Column < width)
                .Select(place => values[(((((i[0] * x.Shape[1]) + i[1]) * height) + place.Row) * width) + place.Column])];
            return countPad is null ? Rows.Greatest(row) : Rows.Sum(row) / F32.Of(countPad == 0 ? row.Length : window.High * window.Wide);
        });
        return new Case(name)
        {
            Reads = [x],
            Immediates = [Immediate.U32(window.High), Immediate.U32(window.Wide), .. window.Numbers.Select(Immediate.U32), .. countPad is { } c ? [Immediate.U32(c)] : (Immediate[])[]],
            Writes = [Tensor.Of(shape, y)],
        };
    }
}
