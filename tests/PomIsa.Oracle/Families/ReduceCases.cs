using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Numbers;
using PomIsa.Oracle.Rules;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>One value from each row along the last axis, or a running one.</summary>
internal static class ReduceCases
{
    private static readonly F32 Start = F32.One;

    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All =>
    [
        ("sum", static () => Of("sum", static x => Rows.Sum(x), static (x, _) => x.Aggregate(0L, static (a, b) => unchecked(a + b)))),
        ("mean", static () => Of("mean", static x => Rows.Mean(x), null)),
        ("reduce.max", static () => Of("reduce.max", static x => Rows.Greatest(x), static (x, e) => x.Aggregate(Edges(e)[0], Math.Max))),
        ("reduce.min", static () => Of("reduce.min", static x => x.Aggregate(F32.Infinity, F32.Min), static (x, e) => x.Aggregate(Edges(e)[^1], Math.Min))),
        ("reduce.prod", static () => Of("reduce.prod", static x => Rows.Fold(x, Start, static (a, b) => a * b), static (x, _) => x.Aggregate(1L, static (a, b) => unchecked(a * b)))),
        ("cumsum", Running),
    ];

    private static IEnumerable<Case> Of(string mnemonic, Func<F32[], F32> rule, Func<long[], DType, long>? whole)
    {
        foreach ((string name, Tensor x) in RowInputs.Floats(mnemonic).Concat(RowInputs.Empty(DType.F32)))
        {
            yield return new Case(name) { Reads = [x], Writes = [Tensor.Of(One(x.Shape), RowInputs.Rows(x.Floats, x.Shape).Select(r => rule(r).Canonical))] };
        }

        foreach (DType element in whole is null ? (DType[])[] : [DType.I32, DType.I64])
        {
            foreach ((string name, Tensor x) in RowInputs.Wholes(mnemonic, element).Concat(RowInputs.Empty(element)))
            {
                yield return new Case(name) { Reads = [x], Writes = [Tensor.Of(element, One(x.Shape), RowInputs.Rows(x.Longs, x.Shape).Select(r => whole!(r, element)))] };
            }
        }
    }

    private static IEnumerable<Case> Running()
    {
        foreach ((string name, Tensor x) in RowInputs.Floats("cumsum").Concat(RowInputs.Empty(DType.F32)))
        {
            yield return new Case(name)
            {
                Reads = [x],
                Writes = [Tensor.Of(x.Shape, RowInputs.Rows(x.Floats, x.Shape).SelectMany(static r => Scan(r, static (a, b) => a + b)).Select(static v => v.Canonical))],
            };
        }

        foreach (DType element in (DType[])[DType.I32, DType.I64])
        {
            foreach ((string name, Tensor x) in RowInputs.Wholes("cumsum", element).Concat(RowInputs.Empty(element)))
            {
                yield return new Case(name)
                {
                    Reads = [x],
                    Writes = [Tensor.Of(element, x.Shape, RowInputs.Rows(x.Longs, x.Shape).SelectMany(static r => Scan(r, static (a, b) => unchecked(a + b))))],
                };
            }
        }
    }

    private static T[] Scan<T>(T[] row, Func<T, T, T> step)
    {
        T[] y = [.. row];
        for (int i = 1; i < y.Length; i++)
        {
            y[i] = step(y[i - 1], row[i]);
        }

        return y;
    }

    private static int[] One(int[] shape) => [.. shape[..^1], 1];
}
