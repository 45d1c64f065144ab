using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>Registers with interesting values out of what a function has.</summary>
internal static class Values
{
    /// <summary>Adds instructions that make a tensor of this type; its register, or -1.</summary>
    public static int Make(InstructionMaker maker, TensorType type)
    {
        if (!maker.Draft.IsSmall(type) || type.Rank > Limits.Rank)
        {
            return -1;
        }

        Choices choices = maker.Choices;
        if (InstructionTable.TryFind("load", out OpcodeRow? load) && (load.Allowed & Kinds(maker)) != 0 && choices.Chance(80)
            && type.Shape.All(static d => !d.IsSymbol && d.Value > 0))
        {
            int weight = maker.Draft.Weight(type.Element, WeightLayout.Rows, Spreads.Draw(choices), [.. type.Shape.Select(static d => d.Value)]);
            if (maker.TryAdd(load, [(ulong)weight]))
            {
                return maker.Body.Code[^1].Operands[0].Index;
            }
        }

        if (maker.Body.Kind == FunctionKind.Step && type.Element == DType.F32 && choices.Chance(85))
        {
            int embedded = type.Rank == 2 ? Embed(maker, type) : -1;
            int made = embedded >= 0 ? embedded : Broadcast(maker, type);
            if (made >= 0)
            {
                return made;
            }
        }

        int register = maker.Body.New(type);
        maker.Body.Add("zeros", Operand.Of(register));
        maker.Body.Assigned.Add(register);
        return register;
    }

    private static FunctionKinds Kinds(InstructionMaker maker) =>
        maker.Body.Kind == FunctionKind.Step ? FunctionKinds.Step : FunctionKinds.Driver;

    /// <summary>Columns of a new table by ids that are there.</summary>
    private static int Embed(InstructionMaker maker, TensorType type)
    {
        if (type.Shape[1].IsSymbol || type.Shape[1].Value == 0)
        {
            return -1;
        }

        foreach (int ids in maker.Choices.Shuffle(maker.Body.Assigned))
        {
            TensorType have = maker.Body.TypeOf(ids)!;
            if (have is not { Element: DType.I32, Rank: 1 } || have.Shape[0] != type.Shape[0])
            {
                continue;
            }

            int width = type.Shape[1].Value;
            DType element = maker.Choices.Pick([.. ((DType[])[DType.F32, DType.F16, DType.BF16])
                .Concat(width % 4 == 0 ? [DType.W8] : []).Concat(width % 32 == 0 ? [DType.W4] : [])]);
            int table = maker.Draft.Weight(element, WeightLayout.Panels16, Spreads.Draw(maker.Choices), width, 32);
            return maker.TryAdd(Instruction.Of("embed").Row, [(ulong)ids, (ulong)table]) ? maker.Body.Code[^1].Operands[0].Index : -1;
        }

        return -1;
    }

    /// <summary>Zeros and something that broadcasts over them.</summary>
    private static int Broadcast(InstructionMaker maker, TensorType type)
    {
        var pattern = new Pattern();
        pattern.Match("*", type.Shape.AsSpan());
        foreach (int other in maker.Choices.Shuffle(maker.Body.Assigned))
        {
            TensorType have = maker.Body.TypeOf(other)!;
            if (have.Element == type.Element && pattern.Match("~", have.Shape.AsSpan()))
            {
                int zeros = maker.Body.New(type), register = maker.Body.New(type);
                maker.Body.Add("zeros", Operand.Of(zeros));
                maker.Body.Add("vadd", Operand.Of(register), Operand.Of(zeros), Operand.Of(other));
                maker.Body.Assigned.UnionWith([zeros, register]);
                return register;
            }
        }

        return -1;
    }
}
