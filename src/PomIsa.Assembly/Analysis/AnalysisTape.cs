using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Programs;
using PomIsa.Assembly.Syntax;

namespace PomIsa.Assembly.Analysis;

/// <summary>A line as the assembler met it: as often as a <c>.repeat</c> writes it out.</summary>
/// <param name="Function">The function around it; null outside, and on the line that opens one.</param>
internal readonly record struct TapeLine(Statement Statement, Scope? Scope, FunctionSource? Function);

/// <summary>What an assembly leaves behind for editors: assembling fills it and never reads it.</summary>
internal sealed class AnalysisTape
{
    public List<TapeLine> Lines { get; } = [];

    /// <summary>Each as often as it is included.</summary>
    public List<ParsedFile> Files { get; } = [];

    /// <summary>For each function of the program.</summary>
    public List<Registers> Registers { get; } = [];

    public ProgramContext? Context { get; set; }
}
