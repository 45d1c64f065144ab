using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>A step over token ids in which each row follows from its own id and the rows before it, and two ways to call it.</summary>
internal static class RowwiseGenerator
{
    // Their rows depend on more than a row, or on where it stands.
    private static readonly string[] Left =
        ["tail", "reshape", "iota", "read", "write", "append", "attention.cross", "attention.bias", "expand", "scatter", "zeros"];

    private static readonly OpcodeRow[] Rows =
        [.. InstructionTable.All.Where(static r => (r.Allowed & FunctionKinds.Step) != 0 && r.Family != Family.Control && !Left.Contains(r.Mnemonic))];

    /// <summary>Programs that call the step once over all ids, and once for each of them.</summary>
    public static (FuzzProgram Batch, FuzzProgram OneByOne) Generate(ulong seed)
    {
        var choices = new Choices(seed);
        while (true)
        {
            var draft = new Draft(choices, choices.Chance(20), isSteady: false);
            Function step = Step(draft);
            int most = draft.States.Select(static s => s.MaxRows).Append(draft.Symbols[draft.ParameterSymbols[0]].Max).Min();
            int[] ids = [.. Enumerable.Range(0, choices.Between(1, most)).Select(_ => choices.Below(16))]; // every table has so many
            var batch = new Body(draft, FunctionKind.Driver);
            int all = batch.New(new TensorType(DType.I32, [Dim.Of(ids.Length)]));
            var input = new TensorType(DType.I32, [Dim.Of(ids.Length)]);
            batch.Add("input", Operand.Of(all), Operand.Of(0));
            batch.Add("call", Operand.Of(0), Operand.Of(all));
            batch.Add("halt");
            var single = new Body(draft, FunctionKind.Driver);
            int one = single.New(new TensorType(DType.I32, [Dim.Of(1)]));
            foreach (int id in ids)
            {
                single.Add("push", Operand.OfI64(id));
                single.Add("token", Operand.Of(one));
                single.Add("call", Operand.Of(0), Operand.Of(one));
            }

            single.Add("halt");
            byte[] bytes = [.. ids.SelectMany(BitConverter.GetBytes)];
            ImmutableArray<Machine.InputTensor> inputs = [new(DType.I32, [ids.Length], [.. bytes])];
            Module module = draft.Module with { Inputs = [new InputEntry(input)], Entry = 1 };
            var first = new FuzzProgram(module with { Functions = [step, batch.Finish([])] }, [.. draft.Weights], inputs, seed, false);
            FuzzProgram second = first with { Module = module with { Functions = [step, single.Finish([])] } };
            if (first.Verified.Bounds.MultiplyAdds < 4_000_000 && second.Verified.Bounds.MultiplyAdds < 4_000_000)
            {
                return (first, second);
            }
        }
    }

    private static Function Step(Draft draft)
    {
        Choices choices = draft.Choices;
        var body = new Body(draft, FunctionKind.Step);
        var maker = new InstructionMaker(body);
        Dim rows = Dim.OfSymbol(draft.ParameterSymbols[0]);
        body.Parameter(new TensorType(DType.I32, [rows]));
        int group = draft.StateSymbols.Length > 0 ? choices.From(draft.StateSymbols) : -1;
        for (int i = choices.Between(1, 3); i > 0; i--)
        {
            Values.Make(maker, new TensorType(DType.F32, [rows, Dim.Of(choices.Pick(4, 8, 16, 32, 48))]));
        }

        if (group >= 0)
        {
            body.Bound.Add(group);
            foreach (int state in Enumerable.Range(0, draft.States.Count).Where(s => draft.States[s].Symbol == group))
            {
                StateEntry entry = draft.States[state];
                int x = Values.Make(maker, new TensorType(entry.Element, [rows, .. entry.Row.Select(Dim.Of)]));
                body.Add("append", Operand.Of(state), Operand.Of(x));
            }
        }

        for (int i = choices.Between(3, 16); i > 0; i--)
        {
            int mark = body.Code.Count;
            HashSet<int> assigned = [.. body.Assigned];
            maker.TryAdd(choices.From(Rows));
            if (!body.Code.Skip(mark).All(one => IsByRow(body, one, rows, group)))
            {
                body.Code.RemoveRange(mark, body.Code.Count - mark);
                body.Assigned = assigned;
            }
        }

        body.Add("ret");
        return body.Finish([]);
    }

    /// <summary>Whether each row of the results follows from the same rows of the operands.</summary>
    private static bool IsByRow(Body body, Instruction one, Dim rows, int group)
    {
        for (int i = 0; i < one.Row.Operands.Length; i++)
        {
            OperandRow operand = one.Row.Operands[i];
            if (operand.Kind == OperandKind.Symbol && one.Operands[i].Index != group)
            {
                return false;
            }

            if (operand.Kind != OperandKind.Register)
            {
                continue;
            }

            ImmutableArray<Dim> shape = body.TypeOf(one.Operands[i].Index)!.Shape;
            bool leads = shape.Length > 0 && shape[0] == rows && shape[1..].All(static d => !d.IsSymbol);

            // One row of ids is a vector; whatever works along a last axis must not take it for one.
            bool isElement = one.Row.Family == Family.ElementWise || one.Row.Mnemonic is "embed" or "zeros" or "cast" or "where";
            if (!leads || (shape.Length == 1 && !isElement))
            {
                return false;
            }
        }

        for (int i = 0; i < one.Row.Immediates.Length; i++)
        {
            if (one.Row.Immediates[i].Name == "axis" && one.Immediate(i).U32 == 0)
            {
                return false;
            }
        }

        return true;
    }
}
