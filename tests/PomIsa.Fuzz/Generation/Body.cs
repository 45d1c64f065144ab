using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>One function as it grows. Registers are numbered as they come; <see cref="Finish"/> puts parameters and results first.</summary>
internal sealed class Body(Draft draft, FunctionKind kind)
{
    private readonly List<TensorType> _types = [];

    public Draft Draft { get; } = draft;

    public FunctionKind Kind { get; } = kind;

    public List<Instruction> Code { get; } = [];

    /// <summary>Registers that have a value here.</summary>
    public HashSet<int> Assigned { get; set; } = [];

    /// <summary>Symbols that have a value here.</summary>
    public HashSet<int> Bound { get; set; } = [];

    public int Parameters { get; private set; }

    public int Locals { get; set; }

    public int Registers => _types.Count;

    /// <summary>Registers that must not be written, such as the argument of a loop's condition.</summary>
    public TensorType? TypeOf(int register) => register < _types.Count ? _types[register] : null;

    public int Parameter(TensorType type)
    {
        Parameters++;
        foreach (Dim dim in type.Shape)
        {
            if (dim.IsSymbol)
            {
                Bound.Add(dim.Symbol);
            }
        }

        int register = New(type);
        Assigned.Add(register);
        return register;
    }

    public int New(TensorType type)
    {
        _types.Add(type);
        return _types.Count - 1;
    }

    /// <summary>A register to write: as a rule a new one, at times one of the same type again.</summary>
    public int Result(TensorType type, ReadOnlySpan<int> reads, bool inPlace)
    {
        if (Draft.Choices.Chance(35))
        {
            var again = new List<int>();
            for (int i = Parameters; i < _types.Count; i++)
            {
                if (_types[i] == type && (inPlace || !reads.Contains(i)))
                {
                    again.Add(i);
                }
            }

            if (again.Count > 0)
            {
                return Draft.Choices.From(again);
            }
        }

        return New(type);
    }

    public void Add(string mnemonic, params ReadOnlySpan<Operand> operands) => Code.Add(Instruction.Of(mnemonic, operands));

    /// <summary>The function, its registers in the format's order: parameters, results, the rest.</summary>
    /// <param name="results">Registers that hold the results; none a parameter.</param>
    public Function Finish(ReadOnlySpan<int> results)
    {
        var place = new int[_types.Count];
        var order = new List<int>(_types.Count);
        order.AddRange(Enumerable.Range(0, Parameters));
        order.AddRange(results);
        for (int i = Parameters; i < _types.Count; i++)
        {
            if (!results.Contains(i))
            {
                order.Add(i);
            }
        }

        for (int i = 0; i < order.Count; i++)
        {
            place[order[i]] = i;
        }

        return new Function
        {
            Kind = Kind,
            ParameterCount = Parameters,
            ResultCount = results.Length,
            LocalCount = Locals,
            Registers = [.. order.Select(i => _types[i])],
            Body = [.. Code.Select(one => one with { Operands = [.. one.Operands.Select((o, i) => one.Row.KindAt(i) == OperandKind.Register ? Operand.Of(place[o.Index]) : o)] })],
        };
    }
}
