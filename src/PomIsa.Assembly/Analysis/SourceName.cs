using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Assembly.Analysis;

/// <summary>A stretch of one line of a source file.</summary>
/// <param name="File">Path as the caller or the include resolver gave it.</param>
/// <param name="Line">From 1; lines end with a line feed.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
/// <param name="Length">UTF-16 units.</param>
public readonly record struct SourcePlace(string File, int Line, int Column, int Length)
{
    /// <summary>True for a column inside or right behind the place, as a cursor stands between two characters.</summary>
    public bool Touches(int column) => column >= Column && column <= Column + Length;
}

/// <summary>What a name stands for.</summary>
public enum NameKind
{
    Module,
    Constant,
    Symbol,
    ElementType,
    Alias,
    Weight,
    State,
    Input,
    Function,
    Register,
    Local,
    RepeatVariable,
}

/// <summary>A name that a source declares, once for each place that declares: a line inside <c>.repeat</c> declares one.</summary>
/// <param name="Text">The token that declares it, such as <c>l{i}.wq</c> or <c>"a b"</c>.</param>
/// <param name="Names">What it stands for with its braces filled in, in order; one name outside <c>.repeat</c>.</param>
/// <param name="Declared">The token; of a register the first line that writes it, or its <c>.reg</c> or parameter.</param>
/// <param name="Description">Type, value or signature, such as <c>f32[T, 128]</c>; empty where it is not known.</param>
/// <param name="Doc">Its doc comment, or else the comment behind it on its line; lines separated by a line feed.</param>
/// <param name="Function">Index in <see cref="SourceAnalysis.Names"/> of the function that a register or local belongs to; otherwise -1.</param>
public sealed record SourceName(
    NameKind Kind, string Text, ImmutableArray<string> Names, SourcePlace Declared, string Description, string Doc, int Function);

/// <summary>A token that means a name.</summary>
/// <param name="At">The token; inside the braces of a name, the part that means it.</param>
/// <param name="Name">Index in <see cref="SourceAnalysis.Names"/>.</param>
/// <param name="As">The name that it stands for here, with braces filled in: one of <see cref="SourceName.Names"/>.</param>
public readonly record struct NameUse(SourcePlace At, int Name, string As);

/// <summary>The lines of a function or a <c>.repeat</c>, from the one that opens it to its <c>.end</c>.</summary>
/// <param name="Name">Index in <see cref="SourceAnalysis.Names"/>: the function, or the variable of the repeat.</param>
/// <param name="Kind">Null for a <c>.repeat</c>.</param>
/// <param name="LastLine">The last line of the file where <c>.end</c> is missing.</param>
public sealed record SourceBlock(int Name, FunctionKind? Kind, string File, int FirstLine, int LastLine);

/// <summary>An <c>.include</c> that was found.</summary>
/// <param name="At">What stands between the quotes, with them.</param>
/// <param name="Path">What the resolver calls the file.</param>
public readonly record struct SourceInclude(SourcePlace At, string Path);
