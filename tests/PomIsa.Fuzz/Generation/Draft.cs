using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>A module as it grows: declarations are added when an instruction wants them.</summary>
internal sealed class Draft
{
    private Module? _module;

    public Draft(Choices choices, bool isWide, bool isSteady)
    {
        (Choices, IsWide, IsSteady) = (choices, isWide, isSteady);
        int most = isWide ? 24 : 6;
        ParameterSymbols = [.. Enumerable.Range(0, choices.Between(1, 2)).Select(_ => Symbol(choices.Between(1, most)))];
        InputSymbols = [Symbol(choices.Between(1, most))];
        if (choices.Chance(60))
        {
            StateSymbols = [.. Enumerable.Range(0, choices.Between(1, 2)).Select(_ => StateGroup(choices.Between(most, 4 * most)))];
        }

        Input(new TensorType(DType.I32, [Dim.OfSymbol(InputSymbols[0])]));
        for (int i = choices.Below(3); i > 0; i--)
        {
            Dim[] shape = [.. Enumerable.Range(0, choices.Below(4)).Select(axis => axis == 0 && choices.Chance(60) ? Dim.OfSymbol(InputSymbols[0]) : Dim.Of(Dimension()))];
            var type = new TensorType(choices.Pick(DType.F32, DType.F32, DType.F16, DType.BF16, DType.I8, DType.I32, DType.I64, DType.Bool), [.. shape]);
            if (IsSmall(type))
            {
                Input(type);
            }
        }
    }

    public Choices Choices { get; }

    /// <summary>Whether dimensions reach beyond the blocks of the kernels.</summary>
    public bool IsWide { get; }

    public bool IsSteady { get; }

    /// <summary>Symbols for the parameters of functions.</summary>
    public ImmutableArray<int> ParameterSymbols { get; }

    /// <summary>Symbols that inputs bind.</summary>
    public ImmutableArray<int> InputSymbols { get; }

    /// <summary>Symbols that count the rows of states.</summary>
    public ImmutableArray<int> StateSymbols { get; } = [];

    public List<SymbolEntry> Symbols { get; } = [];

    public List<LogicalWeight> Weights { get; } = [];

    public List<StateEntry> States { get; } = [];

    public List<InputEntry> Inputs { get; } = [];

    public List<Function> Functions { get; } = [];

    /// <summary>Greatest value of each symbol.</summary>
    public long[] Maxima => [.. Symbols.Select(static s => (long)s.Max)];

    /// <summary>The declarations so far.</summary>
    public Module Module => _module ??= new Module
    {
        Symbols = [.. Symbols],
        Weights = [.. Weights.Select(static w => w.Entry)],
        Data = [.. Weights.Select(static (w, i) => new WeightData(i, [.. w.Bytes]))],
        States = [.. States],
        Inputs = [.. Inputs],
        Functions = [.. Functions],
    };

    /// <summary>A new weight with drawn values; its index.</summary>
    public int Weight(DType element, WeightLayout layout, Spread spread, params ReadOnlySpan<int> shape)
    {
        var entry = new WeightEntry($"w{Weights.Count}", element, [.. shape], layout);
        Weights.Add(LogicalWeight.Draw(Choices, entry, spread));
        _module = null;
        return Weights.Count - 1;
    }

    /// <summary>A new weight in rows with these values; its index.</summary>
    public int Weight(DType element, byte[] values, params ReadOnlySpan<int> shape)
    {
        Weights.Add(LogicalWeight.Bound(new WeightEntry($"w{Weights.Count}", element, [.. shape], WeightLayout.Rows), values, [], []));
        _module = null;
        return Weights.Count - 1;
    }

    public int Add(Function function)
    {
        Functions.Add(function);
        _module = null;
        return Functions.Count - 1;
    }

    /// <summary>A constant dimension of the usual sizes.</summary>
    public int Dimension() => IsWide && Choices.Chance(40)
        ? Choices.Pick(48, 64, 100, 255, 256, 257, 288)
        : Choices.Pick(1, 1, 2, 2, 3, 4, 4, 5, 8, 15, 16, 16, 17, 32, 32);

    /// <summary>Whether a tensor of this type is small enough to compute with one value at a time.</summary>
    public bool IsSmall(TensorType type) => type.Elements(Maxima) <= (UInt128)(IsWide ? 1 << 14 : 1 << 11);

    private int Symbol(int max)
    {
        Symbols.Add(new SymbolEntry(max));
        return Symbols.Count - 1;
    }

    private void Input(TensorType type) => Inputs.Add(new InputEntry(type));

    /// <summary>One to three states that one symbol counts; two of them serve as keys and values as a rule.</summary>
    private int StateGroup(int rows)
    {
        int symbol = Symbol(rows);
        if (Choices.Chance(80))
        {
            int width = Choices.Pick(2, 4, 8, 16);
            States.Add(new StateEntry(DType.F32, [width], symbol, rows));
            States.Add(new StateEntry(DType.F32, [width], symbol, rows));
        }

        if (States.Count == 0 || States[^1].Symbol != symbol || Choices.Chance(30))
        {
            DType element = Choices.Pick(DType.F32, DType.I32, DType.I8, DType.I64, DType.BF16);
            States.Add(new StateEntry(element, Choices.Pick<ImmutableArray<int>>([3], [2, 2], [1], [16]), symbol, Choices.Between(Math.Max(1, rows / 2), rows)));
        }

        return symbol;
    }
}
