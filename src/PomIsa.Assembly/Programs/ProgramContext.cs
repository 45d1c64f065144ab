using PomIsa.Assembly.Diagnostics;
using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Syntax;
using PomIsa.Isa;

namespace PomIsa.Assembly.Programs;

/// <summary>What all functions of a program share while their bodies are assembled.</summary>
/// <param name="Skeleton">The module without bodies: declarations and signatures.</param>
internal sealed record ProgramContext(
    SourceProgram Program, Module Skeleton, TypeReader Types, Evaluator Evaluator, DiagnosticBag Diagnostics)
{
    private readonly List<string> _files = [];

    public NameTable Weights { get; } = new(Program.Weights.Select(one => one.Name));

    public NameTable States { get; } = new(Program.States.Select(one => one.Name));

    public NameTable Inputs { get; } = new(Program.Inputs.Select(one => one.Name));

    public NameTable Functions { get; } = new(Program.Functions.Select(one => one.Name));

    public IReadOnlyList<string> Files => _files;

    /// <summary>For each function assembled so far, the line of each instruction.</summary>
    public List<List<Statement>> Lines { get; } = [];

    /// <summary>Number of a file in the module's source map.</summary>
    public int FileIndex(SourceFile file)
    {
        // Instructions of one file follow one another, so the last is nearly always the one.
        var index = _files.LastIndexOf(file.Path);
        if (index < 0)
        {
            index = _files.Count;
            _files.Add(file.Path);
        }

        return index;
    }

    /// <summary>What else a name is, for a reader who put it in the wrong place.</summary>
    public string? WhatIs(string name, Registers registers) =>
        registers.TryFind(name, out _) ? $"'{name}' is a register"
        : registers.TryFindLocal(name, out _) ? $"'{name}' is a local"
        : Weights.TryFind(name, out _) ? $"'{name}' is a weight"
        : States.TryFind(name, out _) ? $"'{name}' is a state"
        : Inputs.TryFind(name, out _) ? $"'{name}' is an input"
        : Functions.TryFind(name, out _) ? $"'{name}' is a function"
        : Types.TrySymbol(name, out _) ? $"'{name}' is a symbol"
        : Evaluator.IsConstant(name) ? $"'{name}' is a constant"
        : null;
}

/// <summary>Names to indices.</summary>
internal sealed class NameTable
{
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);

    public NameTable(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            _indices.TryAdd(name, _indices.Count);
        }
    }

    public IEnumerable<string> Names => _indices.Keys;

    public bool TryFind(string name, out int index) => _indices.TryGetValue(name, out index);
}
