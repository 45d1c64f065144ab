using System.Collections.Immutable;

namespace PomIsa.Isa;

/// <summary>Names of one function. Lists may be shorter than what they name; an empty string is no name.</summary>
public sealed record FunctionNames(string Name, ImmutableArray<string> Registers, ImmutableArray<string> Locals);

/// <summary>Custom section 0x80: names that source text used.</summary>
public sealed record ModuleNames
{
    /// <summary>The module's own name.</summary>
    public string Module { get; init; } = "";

    public ImmutableArray<string> Symbols { get; init; } = [];

    public ImmutableArray<string> States { get; init; } = [];

    public ImmutableArray<string> Inputs { get; init; } = [];

    public ImmutableArray<FunctionNames> Functions { get; init; } = [];
}

/// <summary>A place in source text.</summary>
/// <param name="File">Index into <see cref="SourceMap.Files"/>.</param>
/// <param name="Line">From 1; 0: not known.</param>
/// <param name="Column">From 1; 0: not known.</param>
public readonly record struct SourcePosition(int File, int Line, int Column);

/// <summary>Custom section 0x81: where each instruction came from.</summary>
public sealed record SourceMap
{
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>For each function, one position for each instruction.</summary>
    public ImmutableArray<ImmutableArray<SourcePosition>> Functions { get; init; } = [];

    /// <summary>Position of an instruction; false if none is known.</summary>
    public bool TryFind(int function, int instruction, out string file, out SourcePosition position)
    {
        file = "";
        position = default;
        if (function < 0 || function >= Functions.Length || instruction < 0 || instruction >= Functions[function].Length)
        {
            return false;
        }

        position = Functions[function][instruction];
        file = position.File >= 0 && position.File < Files.Length ? Files[position.File] : "";
        return position.Line > 0 && file.Length > 0;
    }
}

/// <summary>What a doc comment belongs to.</summary>
public enum TextTarget : byte
{
    Module = 0,
    Symbol = 1,
    Weight = 2,
    State = 3,
    Input = 4,
    Function = 5,
}

/// <summary>One doc comment; lines are separated by a line feed.</summary>
public readonly record struct TextEntry(TextTarget Target, int Index, string Text);

/// <summary>Custom section 0x82: doc comments, in ascending target and index, each at most once.</summary>
public sealed record ModuleText
{
    public ImmutableArray<TextEntry> Entries { get; init; } = [];
}
