using System.Globalization;
using PomIsa.Isa;

namespace PomIsa.Machine;

/// <summary>Why a program could not be bound, or why a run ended early.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Function">Function that was running, or -1.</param>
/// <param name="Instruction">Instruction that trapped, or -1.</param>
/// <param name="Detail">What the code alone does not say: a weight's name, a refused record.</param>
public readonly record struct MachineFault(FaultCode Code, int Function = -1, int Instruction = -1, string Detail = "")
{
    /// <summary>A sentence for people, with the source line where the module carries one.</summary>
    public string Describe(Module module)
    {
        string place = "";
        if (Function >= 0 && Instruction >= 0)
        {
            Isa.Instruction instruction = module.Functions[Function].Body[Instruction];
            string? source = module.SourceOf(Function, Instruction);
            place = string.Create(
                CultureInfo.InvariantCulture,
                $" in {module.FunctionName(Function)}, instruction {Instruction} ({instruction.Row.Mnemonic}){(source is null ? "" : ", " + source)}");
        }

        return $"{Code.Stage()} {Code}{place}{(string.IsNullOrEmpty(Detail) ? "" : ": " + Detail)}.";
    }
}

/// <summary>Where an instruction stands in its source.</summary>
public static class SourceLines
{
    /// <summary><c>file:line</c> of an instruction, or null where the module carries no positions.</summary>
    public static string? SourceOf(this Module module, int function, int instruction) =>
        module.Positions is { } map && map.TryFind(function, instruction, out string file, out SourcePosition position)
            ? string.Create(CultureInfo.InvariantCulture, $"{file}:{position.Line}")
            : null;
}
