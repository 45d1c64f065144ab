using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;
using PomIsa.Oracle.Rules;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Which elements of a row are greatest.</summary>
internal static class ChoiceCases
{
    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All => [("argmax", Argmax), ("vargmax", Indices), ("topk", Top)];

    private static IEnumerable<(string Name, F32[] X)> Ties()
    {
        yield return ("the lowest index wins a tie", Decimals("1 7 7 7"));
        yield return ("zeros of both signs are equal", Decimals("-1 -0 0 -0"));
        yield return ("the first NaN wins", [.. Decimals("3 inf"), NaNs[5], NaNs[0], .. Decimals("inf")]);
        yield return ("nothing but NaN", [NaNs[3], NaNs[0], NaNs[1]]);
        yield return ("nothing but -inf", Repeat("-inf", 17));
        yield return ("infinities", Decimals("-inf max inf inf"));
        yield return ("subnormals", Decimals("-tiny 0 tiny 3e-45 tiny"));
        var draw = new Draw(Seeds.Of("ties"));
        foreach (int size in Sizes[1..])
        {
            F32[] x = draw.Spread(size, -9, 9);
            yield return ($"{size} values, the last is greatest", With(x, (size - 1, "2048")));
            yield return ($"{size} values, a tie over lanes", With(x, (size - 1, "4096"), (size / 2, "4096"), ((size / 2) + 1, "4096")));
            yield return ($"{size} values, NaN last", With(x, (size - 1, "nan")));
        }

        for (int i = 0; i < 30; i++)
        {
            yield return ($"few different values, drawn {i}", Range(3 + draw.Below(40), _ => F32.Of(draw.Below(4) - 2)));
        }
    }

    private static IEnumerable<Case> Argmax()
    {
        foreach ((string name, F32[] x) in Ties())
        {
            yield return One(name, x);
        }

        foreach ((string name, Tensor x) in RowInputs.Floats("argmax").Where(static i => i.X.Shape is [1, > 0]))
        {
            yield return One("row: " + name, x.Floats);
        }
    }

    private static Case One(string name, F32[] x) => new(name) { Reads = [Tensor.Of([1, x.Length], x)], Pushes = [Rows.Argmax(x)] };

    private static IEnumerable<Case> Indices()
    {
        foreach ((string name, Tensor x) in Floats("vargmax").Concat(RowInputs.Empty(DType.F32).Where(static i => i.X.Shape[^1] > 0)))
        {
            yield return new Case(name) { Reads = [x], Writes = [Tensor.Of(DType.I64, [.. x.Shape[..^1], 1], RowInputs.Rows(x.Floats, x.Shape).Select(static r => (long)Rows.Argmax(r)))] };
        }

        foreach (DType element in (DType[])[DType.I32, DType.I64])
        {
            foreach ((string name, Tensor x) in RowInputs.Wholes("vargmax", element).Concat(RowInputs.Empty(element).Where(static i => i.X.Shape[^1] > 0)))
            {
                yield return new Case(name) { Reads = [x], Writes = [Tensor.Of(DType.I64, [.. x.Shape[..^1], 1], RowInputs.Rows(x.Longs, x.Shape).Select(static r => (long)Array.IndexOf(r, r.Max())))] };
            }
        }
    }

    private static IEnumerable<Case> Top()
    {
        foreach ((string name, Tensor x) in Floats("topk").Concat(RowInputs.Empty(DType.F32)))
        {
            foreach (int k in Counts(x.Shape[^1], x.Count))
            {
                yield return Top($"{name}, k = {k}", x, k);
            }
        }

        foreach (DType element in (DType[])[DType.I32, DType.I64])
        {
            foreach ((string name, Tensor x) in RowInputs.Wholes("topk", element).Concat(RowInputs.Empty(element)))
            {
                foreach (int k in Counts(x.Shape[^1], x.Count).Take(1))
                {
                    yield return Top($"{name}, k = {k}", x, k);
                }
            }
        }
    }

    private static int[] Counts(int length, int count) => count > 40 ? [5] : [.. ((int[])[length, count % 4, length / 2, 0]).Where(k => k <= length).Distinct().Take(2)];

    /// <summary>The k greatest, descending: NaN above everything, equal ones by ascending index.</summary>
    private static Case Top(string name, Tensor x, int k)
    {
        (F32[] floats, long[] longs) = (x.Floats, x.Longs);
        int width = x.Shape[^1];
        int Order(int a, int b) => x.Element != DType.F32 ? longs[b].CompareTo(longs[a])
            : floats[a].IsNaN || floats[b].IsNaN ? floats[b].IsNaN.CompareTo(floats[a].IsNaN)
            : F32.Compare(floats[b], floats[a]);
        int[] taken = [.. Enumerable.Range(0, Tensor.Elements(x.Shape.AsSpan(..^1))).SelectMany(t =>
        {
            int[] row = [.. Enumerable.Range(t * width, width)];
            Array.Sort(row, (a, b) => Order(a, b) is var order && order != 0 ? order : a.CompareTo(b));
            return row[..k];
        })];
        int[] shape = [.. x.Shape[..^1], k];
        return new Case(name)
        {
            Reads = [x],
            Immediates = [Immediate.U32(k)],
            Writes =
            [
                Tensor.Raw(x.Element, shape, taken.Select(i => x.Element == DType.F32 ? floats[i].Canonical.Bits : x.Bits[i])),
                Tensor.Of(DType.I64, shape, taken.Select(i => (long)(i % width))),
            ],
        };
    }

    private static IEnumerable<(string Name, Tensor X)> Floats(string mnemonic) =>
        [.. Ties().Select(static i => (i.Name, Tensor.Of([1, i.X.Length], i.X))), .. RowInputs.Floats(mnemonic).Select(static i => ("row: " + i.Name, i.X))];
}
