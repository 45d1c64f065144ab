using System.Globalization;
using PomIsa.Assembly;
using PomIsa.Isa;

namespace PomIsa.Debugging;

/// <summary>Places of a program in words: function, index of the instruction, source line, the instruction itself.</summary>
public sealed class ProgramMap
{
    private readonly InstructionText _text;

    public ProgramMap(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        Module = module;
        _text = new InstructionText(module);
    }

    /// <summary>The program.</summary>
    public Module Module { get; }

    /// <summary>All places, function by function.</summary>
    public IEnumerable<(int Function, int Instruction)> Places =>
        Module.Functions.SelectMany((function, f) => function.Body.Select((_, i) => (f, i)));

    /// <summary>File and line; null where the module carries no positions.</summary>
    public (string File, int Line)? SourceOf(int function, int instruction) =>
        Module.Positions is { } map && map.TryFind(function, instruction, out string file, out SourcePosition position)
            ? (file, position.Line)
            : null;

    /// <summary>Such as <c>model.pisa:12</c>; empty where the module carries no positions.</summary>
    public string Source(int function, int instruction) => SourceOf(function, instruction) is var (file, line)
        ? string.Create(CultureInfo.InvariantCulture, $"{file}:{line}")
        : "";

    /// <summary>Function and index, such as <c>forward 12</c>.</summary>
    public string Place(int function, int instruction) =>
        string.Create(CultureInfo.InvariantCulture, $"{Module.FunctionName(function)} {instruction}");

    /// <summary>The instruction as source.</summary>
    public string Text(int function, int instruction) => _text.Of(function, instruction);

    /// <summary>Its operands as source.</summary>
    public IReadOnlyList<string> Operands(int function, int instruction) => _text.Operands(function, instruction);

    /// <summary>Place, source line and instruction in one line.</summary>
    public string Line(int function, int instruction)
    {
        string source = Source(function, instruction);
        return $"{Place(function, instruction)}  {(source.Length > 0 ? source + "  " : "")}{Text(function, instruction)}";
    }
}
