using PomIsa.Oracle.Cases;
using static PomIsa.Oracle.Families.Values;

namespace PomIsa.Oracle.Families;

/// <summary>Rows that last from step to step.</summary>
internal static class StateCases
{
    public static IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)> All =>
        [("append", Append), ("write", Write), ("read", Read), ("reset", Reset), ("state.len", Length)];

    private static readonly (int[] Row, int Max, int Held, int Rows)[] Fillings =
    [
        ([4], 5, 0, 2), ([4], 5, 3, 2), ([4], 5, 5, 0), ([4], 5, 0, 0), ([1], 1, 0, 1), ([257], 2, 1, 1), ([16], 17, 16, 1), ([2, 2], 4, 1, 2), ([2, 1, 2], 4, 1, 2), ([15], 3, 0, 3), ([17], 3, 2, 1),
        ([1, 1, 2, 1, 1, 2, 1], 3, 1, 2), ([1], 257, 255, 2),
    ];

    private static IEnumerable<Case> Append()
    {
        foreach ((string name, StateRows state, Tensor x) in Inputs("append"))
        {
            yield return new Case(name) { Reads = [x], States = [state], After = [state with { Bits = [.. state.Bits, .. x.Bits] }] };
        }

        foreach (Case trap in Full(static (held, rows, max) => held + rows > max))
        {
            yield return trap;
        }
    }

    private static IEnumerable<Case> Write()
    {
        foreach ((string name, StateRows state, Tensor x) in Inputs("write"))
        {
            yield return new Case(name) { Reads = [x], States = [state], After = [state with { Bits = x.Bits }] };
        }

        foreach (Case trap in Full(static (_, rows, max) => rows > max))
        {
            yield return trap;
        }
    }

    private static IEnumerable<Case> Read()
    {
        foreach ((string name, StateRows state, Tensor _) in Inputs("read"))
        {
            int held = state.Bits.Length / Tensor.Elements(state.Row);
            yield return new Case(name) { States = [state], Writes = [Tensor.Raw(state.Element, [held, .. state.Row], state.Bits)] };
        }
    }

    private static IEnumerable<Case> Reset()
    {
        foreach ((string name, StateRows state, Tensor _) in Inputs("reset"))
        {
            yield return new Case(name) { States = [state], After = [state with { Bits = [] }] };
        }
    }

    private static IEnumerable<Case> Length()
    {
        foreach ((string name, StateRows state, Tensor _) in Inputs("state.len"))
        {
            yield return new Case(name) { States = [state], Stack = [7], Pushes = [state.Bits.Length / Tensor.Elements(state.Row)] };
        }
    }

    private static IEnumerable<(string Name, StateRows State, Tensor X)> Inputs(string mnemonic)
    {
        foreach (DType element in DTypes.Computed)
        {
            var draw = new Draw(Seeds.Of(mnemonic + element));
            foreach ((int[] row, int max, int held, int rows) in Fillings.Where(f => element == DType.F32 || (f.Row[0] < 200 && f.Max < 200)))
            {
                yield return ($"{element.Name()}, rows {Text(row)}: {rows} to {held} of {max}", new StateRows(element, row, max, draw.Any(element, [held, .. row]).Bits), draw.Any(element, [rows, .. row]));
            }
        }
    }

    private static IEnumerable<Case> Full(Func<int, int, int, bool> exceeds)
    {
        var draw = new Draw(Seeds.Of("full"));
        foreach ((int max, int held, int rows) in new[] { (4, 3, 2), (3, 3, 1), (1, 0, 2), (16, 16, 1), (16, 0, 17), (5, 4, 256), (2, 1, 3) })
        {
            if (exceeds(held, rows, max))
            {
                yield return new Case($"{rows} rows more than {held} of {max}")
                {
                    Reads = [draw.Any(DType.F32, rows, 2)],
                    States = [new StateRows(DType.F32, [2], max, draw.Any(DType.F32, held, 2).Bits)],
                    Trap = "StateFull",
                };
            }
        }
    }
}
