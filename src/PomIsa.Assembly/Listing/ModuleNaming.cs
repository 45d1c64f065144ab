using System.Collections.Immutable;
using PomIsa.Assembly.Expressions;
using PomIsa.Isa;

namespace PomIsa.Assembly.Listing;

/// <summary>What everything in a module is called in its source: its own name where that is unique, else one from its index.</summary>
internal sealed class ModuleNaming
{
    private readonly Module _module;

    public ModuleNaming(Module module)
    {
        _module = module;
        var names = module.Names;
        Symbols = Choose(names?.Symbols, module.Symbols.Length, DefaultNames.Symbol);
        States = Choose(names?.States, module.States.Length, DefaultNames.State);
        Inputs = Choose(names?.Inputs, module.Inputs.Length, DefaultNames.Input);
        Functions = Choose(names?.Functions.Select(one => one.Name).ToImmutableArray(), module.Functions.Length, DefaultNames.Function);
        Weights = [.. module.Weights.Select(weight => Names.Quote(weight.Name))];
    }

    public ImmutableArray<string> Symbols { get; }

    public ImmutableArray<string> States { get; }

    public ImmutableArray<string> Inputs { get; }

    public ImmutableArray<string> Functions { get; }

    public ImmutableArray<string> Weights { get; }

    public ImmutableArray<string> Registers(int function) =>
        Choose(Of(function)?.Registers, _module.Functions[function].Registers.Length, DefaultNames.Register);

    public ImmutableArray<string> Locals(int function) =>
        Choose(Of(function)?.Locals, _module.Functions[function].LocalCount, DefaultNames.Local);

    /// <summary>A type as source writes it.</summary>
    public string Type(TensorType type) => $"{DTypes.NameOf(type.Element)}[{string.Join(", ", type.Shape.Select(Dimension))}]";

    private string Dimension(Dim dim) => dim.IsSymbol ? Symbols[dim.Symbol] : dim.ToString();

    private FunctionNames? Of(int function) =>
        _module.Names is { } names && function < names.Functions.Length ? names.Functions[function] : null;

    private static ImmutableArray<string> Choose(ImmutableArray<string>? given, int count, string prefix)
    {
        var chosen = new string[count];
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(count, given?.Length ?? 0); i++)
        {
            if (given!.Value[i].Length > 0 && taken.Add(given.Value[i]))
            {
                chosen[i] = given.Value[i];
            }
        }

        for (var i = 0; i < count; i++)
        {
            for (var name = DefaultNames.Of(prefix, i); chosen[i] is null; name += "_")
            {
                chosen[i] = taken.Add(name) ? name : null!;
            }
        }

        return [.. chosen.Select(Names.Quote)];
    }
}
