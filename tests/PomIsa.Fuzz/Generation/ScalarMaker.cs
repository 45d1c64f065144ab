using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>Pushes scalars: literals, locals, what tensors have, and what follows from those.</summary>
/// <param name="body">The driver.</param>
/// <param name="maker">Makes its instructions of tensors.</param>
/// <param name="choices">What is drawn.</param>
internal sealed class ScalarMaker(Body body, InstructionMaker maker, Choices choices)
{
    /// <summary>Pushes one scalar.</summary>
    public void Scalar(int depth)
    {
        if (depth == 0 || choices.Chance(40))
        {
            Leaf(choices.Pick("push", "get", "row"));
            return;
        }

        if (choices.Chance(10))
        {
            Scalar(depth - 1);
            body.Add("dup");
            body.Add(choices.Pick("add", "mul", "sub", "eq"));
            return;
        }

        Operation(choices.Pick(DriverRows.Scalars), depth);
    }

    /// <summary>An opcode of scalars, what it takes pushed before.</summary>
    public void Operation(OpcodeRow row, int depth)
    {
        for (int i = 0; i < row.Pops; i++)
        {
            Scalar(Math.Max(0, depth - 1));
        }

        if (row.Pops == 2 && choices.Chance(10))
        {
            body.Add("swap");
        }

        body.Add(row.Mnemonic);
    }

    /// <summary>Pushes one scalar by one instruction.</summary>
    public void Leaf(string kind)
    {
        if (kind == "row")
        {
            OpcodeRow[] able = [.. DriverRows.Tensors.Where(static r => r is { Pops: 0, Pushes: 1 })];
            if (maker.TryAdd(choices.Pick(able)))
            {
                return;
            }
        }

        if (kind == "get")
        {
            body.Add("get", Operand.Of(choices.Below(body.Locals)));
        }
        else
        {
            body.Add("push", new Operand(Spreads.Value(choices, DType.I64, choices.Chance(85) ? Spread.Tame : Spread.Special)));
        }
    }

    /// <summary>Pushes a scalar between two numbers.</summary>
    public void InRange(int least, int most)
    {
        if (choices.Chance(60))
        {
            body.Add("push", Operand.OfI64(choices.Between(least, most)));
            return;
        }

        Scalar(2);
        body.Add("push", Operand.OfI64(most));
        body.Add("min");
        body.Add("push", Operand.OfI64(least));
        body.Add("max");
    }
}
