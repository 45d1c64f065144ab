using System.Collections.Immutable;
using PomIsa.Assembly.Listing;
using PomIsa.Isa;

namespace PomIsa.Assembly;

/// <summary>Instructions of a module as its disassembly writes them, by their place.</summary>
public sealed class InstructionText
{
    private readonly Module _module;
    private readonly ImmutableArray<FunctionListing> _functions;

    /// <param name="module">Any module that the decoder accepts.</param>
    public InstructionText(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        _module = module;
        var names = new ModuleNaming(module);
        _functions = [.. module.Functions.Select((_, i) => new FunctionListing(new SourceWriter(), module, names, i))];
    }

    /// <summary>Operands and immediates, each by its name or value.</summary>
    public ImmutableArray<string> Operands(int function, int instruction)
    {
        var one = _module.Functions[function].Body[instruction];
        return [.. one.Operands.Select((operand, i) => _functions[function].Operand(one.Row.KindAt(i), operand))];
    }

    /// <summary>The whole instruction, such as <c>rmsnorm h, x, norm, 1e-5</c>.</summary>
    public string Of(int function, int instruction)
    {
        var mnemonic = _module.Functions[function].Body[instruction].Row.Mnemonic;
        var operands = _functions[function].Operands(_module.Functions[function].Body[instruction]);
        return operands.Length == 0 ? mnemonic : $"{mnemonic} {operands}";
    }
}
