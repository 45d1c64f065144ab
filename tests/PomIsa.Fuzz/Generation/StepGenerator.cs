using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>Step functions: parameters, straight-line code of any tensor row, appends where a plan wants them, results.</summary>
internal static class StepGenerator
{
    private static readonly OpcodeRow[] Rows = [.. InstructionTable.All.Where(static r => (r.Allowed & FunctionKinds.Step) != 0 && r.Family != Family.Control)];

    /// <summary>Adds a step to the draft; its index.</summary>
    /// <param name="focus">A row that it should hold, if it may stand in a step.</param>
    /// <param name="arguments">Types that a caller has, which some parameters follow.</param>
    public static int Generate(Draft draft, OpcodeRow? focus, IReadOnlyList<TensorType> arguments)
    {
        Choices choices = draft.Choices;
        var body = new Body(draft, FunctionKind.Step);
        var maker = new InstructionMaker(body);
        Parameters(body, arguments);
        int[] group = (choices.Chance(60) || focus?.Family == Family.State) && draft.StateSymbols.Length > 0 ? [choices.From(draft.StateSymbols)] : [];
        if (!draft.IsSteady)
        {
            body.Bound.UnionWith(group); // dimensions that grow from call to call make work that varies
        }

        int count = choices.Between(1, 12), appendAt = choices.Below(count);
        for (int i = 0; i < count; i++)
        {
            if (i == appendAt && group.Length > 0 && !TryAppend(maker, group[0], focus))
            {
                body.Bound.Remove(group[0]);
                return Generate(draft, focus, arguments); // what names the symbol would have no value for it
            }

            OpcodeRow row = choices.Pick(Rows);
            bool wanted = focus is not null && Rows.Contains(focus) && (i >= count / 2 || choices.Chance(30));
            if (wanted || !draft.IsSteady || !row.Operands.Any(static o => o.Kind == OperandKind.State))
            {
                maker.TryAdd(wanted ? focus! : row);
            }
        }

        if (choices.Chance(20))
        {
            ProductChain.Add(maker);
        }

        body.Add("ret");
        int[] written = [.. choices.Shuffle(body.Assigned.Where(r => r >= body.Parameters && HasOnly(body, r))).Take(choices.Between(0, 3))];
        return draft.Add(body.Finish(written));
    }

    private static void Parameters(Body body, IReadOnlyList<TensorType> arguments)
    {
        Draft draft = body.Draft;
        Choices choices = draft.Choices;
        for (int i = choices.Between(0, 3); i > 0; i--)
        {
            TensorType type = arguments.Count > 0 && choices.Chance(70) ? Generalize(draft, choices.From(arguments)) : choices.Below(5) switch
            {
                0 => new TensorType(DType.I32, [Symbol()]),
                1 => new TensorType(DType.F32, [Symbol(), Dim.Of(draft.Dimension())]),
                2 => new TensorType(DType.F32, [Dim.Of(1), Dim.Of(draft.Dimension())]),
                3 => new TensorType(choices.Pick(DType.I64, DType.I8, DType.Bool, DType.F16), [Dim.Of(draft.Dimension())]),
                _ => new TensorType(DType.I32, [Dim.Of(1)]),
            };
            if (draft.IsSmall(type))
            {
                body.Parameter(type);
            }
        }

        Dim Symbol() => Dim.OfSymbol(choices.From(draft.ParameterSymbols));
    }

    /// <summary>A parameter that takes an argument: here and there a symbol for a dimension that it is able to hold.</summary>
    private static TensorType Generalize(Draft draft, TensorType argument)
    {
        var shape = new List<Dim>();
        foreach (Dim dim in argument.Shape)
        {
            int most = dim.IsSymbol ? draft.Symbols[dim.Symbol].Max : dim.Value;
            int[] able = [.. draft.ParameterSymbols.Where(s => draft.Symbols[s].Max >= most)];
            shape.Add(able.Length > 0 && (dim.IsSymbol || draft.Choices.Chance(30)) ? Dim.OfSymbol(draft.Choices.Pick(able)) : dim);
        }

        return argument with { Shape = [.. shape] };
    }

    /// <summary>One append, or write, of equally many rows to every state of the symbol.</summary>
    private static bool TryAppend(InstructionMaker maker, int symbol, OpcodeRow? focus)
    {
        Draft draft = maker.Draft;
        int[] states = [.. Enumerable.Range(0, draft.States.Count).Where(s => draft.States[s].Symbol == symbol)];
        Dim[] bound = [.. maker.Body.Bound.Where(draft.ParameterSymbols.Contains).Select(Dim.OfSymbol)];
        Dim rows = bound.Length > 0 && maker.Choices.Chance(70) ? maker.Choices.Pick(bound) : Dim.Of(maker.Choices.Between(1, 3));
        // All of them gain rows, or all of them get others.
        string mnemonic = InstructionTable.TryFind("write", out _) && (focus?.Mnemonic == "write" || maker.Choices.Chance(25)) ? "write" : "append";
        foreach (int state in states)
        {
            StateEntry entry = draft.States[state];
            ImmutableArray<Dim> shape = [rows, .. entry.Row.Select(Dim.Of)];
            int[] fitting = [.. maker.Body.Assigned.Where(r => maker.Body.TypeOf(r) == new TensorType(entry.Element, shape))];
            int x = fitting.Length > 0 && maker.Choices.Chance(70) ? maker.Choices.Pick(fitting) : Values.Make(maker, new TensorType(entry.Element, shape));
            if (x < 0)
            {
                return false;
            }

            maker.Body.Add(mnemonic, Operand.Of(state), Operand.Of(x));
        }

        return true;
    }

    /// <summary>Results have no symbols but those of parameters.</summary>
    private static bool HasOnly(Body body, int register)
    {
        HashSet<int> bound = [];
        for (int i = 0; i < body.Parameters; i++)
        {
            bound.UnionWith(body.TypeOf(i)!.Shape.Where(static d => d.IsSymbol).Select(static d => d.Symbol));
        }

        return body.TypeOf(register)!.Shape.All(d => !d.IsSymbol || bound.Contains(d.Symbol));
    }
}
