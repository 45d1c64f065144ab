using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>Calls: arguments that fit, and registers for the results.</summary>
/// <param name="draft">The program.</param>
/// <param name="body">The driver that calls.</param>
/// <param name="maker">Makes its instructions of tensors.</param>
internal sealed class CallMaker(Draft draft, Body body, InstructionMaker maker)
{
    /// <summary>A call of a function that is there; none where nothing fits its parameters.</summary>
    public void Add(int callee)
    {
        Function function = draft.Functions[callee];
        var bound = new Dictionary<int, Dim>();
        var arguments = new List<int>();
        foreach (TensorType parameter in function.Parameters)
        {
            int argument = Argument(parameter, bound);
            if (argument < 0)
            {
                return;
            }

            arguments.Add(argument);
        }

        var results = new List<int>();
        foreach (TensorType type in function.Results)
        {
            TensorType result = type with { Shape = [.. type.Shape.Select(d => d.IsSymbol ? bound[d.Symbol] : d)] };
            results.Add(body.Result(result, [.. results], inPlace: false));
        }

        body.Code.Add(new Instruction(Instruction.Of("call").Row, [Operand.Of(callee), .. arguments.Select(Operand.Of), .. results.Select(Operand.Of)]));
        body.Assigned.UnionWith(results);
    }

    private int Argument(TensorType parameter, Dictionary<int, Dim> bound)
    {
        foreach (int register in draft.Choices.Shuffle(body.Assigned))
        {
            var trial = new Dictionary<int, Dim>(bound);
            if (draft.Choices.Chance(90) && Fits(parameter, body.TypeOf(register)!, trial))
            {
                foreach ((int symbol, Dim dim) in trial)
                {
                    bound[symbol] = dim;
                }

                return register;
            }
        }

        var type = parameter with
        {
            Shape = [.. parameter.Shape.Select(d =>
            {
                if (d.IsSymbol && !bound.ContainsKey(d.Symbol))
                {
                    int most = draft.Symbols[d.Symbol].Max;
                    bound[d.Symbol] = Dim.Of(draft.IsWide ? most : draft.Choices.Between(1, most));
                }

                return d.IsSymbol ? bound[d.Symbol] : d;
            })],
        };
        return Values.Make(maker, type);
    }

    private bool Fits(TensorType parameter, TensorType argument, Dictionary<int, Dim> bound)
    {
        if (parameter.Element != argument.Element || parameter.Rank != argument.Rank)
        {
            return false;
        }

        for (int axis = 0; axis < parameter.Rank; axis++)
        {
            Dim want = parameter.Shape[axis], have = argument.Shape[axis];
            if (!want.IsSymbol)
            {
                if (want != have)
                {
                    return false;
                }

                continue;
            }

            int most = have.IsSymbol ? draft.Symbols[have.Symbol].Max : have.Value;
            if (most > draft.Symbols[want.Symbol].Max || (!bound.TryAdd(want.Symbol, have) && bound[want.Symbol] != have))
            {
                return false;
            }
        }

        return true;
    }
}
