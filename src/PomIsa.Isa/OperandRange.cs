namespace PomIsa.Isa;

/// <summary>How many things of a kind there are to name.</summary>
internal static class OperandRange
{
    public static int Of(OperandKind kind, Module module, Function function) => kind switch
    {
        OperandKind.Register => function.Registers.Length,
        OperandKind.Weight => module.Weights.Length,
        OperandKind.State => module.States.Length,
        OperandKind.Input => module.Inputs.Length,
        OperandKind.Function => module.Functions.Length,
        OperandKind.Symbol => module.Symbols.Length,
        OperandKind.Local => function.LocalCount,
        _ => throw new ArgumentException($"{kind} is no index.", nameof(kind)),
    };
}
