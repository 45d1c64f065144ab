using PomIsa.Isa;

namespace PomIsa.Assembly;

/// <summary>How much the assembler takes in before it refuses. Source is a stranger's, so everything that grows is bounded.</summary>
public static class AssemblerLimits
{
    /// <summary>UTF-16 units of source, all included files together.</summary>
    public const int SourceLength = Limits.SourceLength;

    /// <summary>Files open inside one another through <c>.include</c>.</summary>
    public const int IncludeDepth = Limits.IncludeDepth;

    /// <summary>Files read, each counted as often as it is included.</summary>
    public const int Includes = Limits.Includes;

    /// <summary>Lines after all <c>.repeat</c> are written out; an empty turn of a <c>.repeat</c> counts as one.</summary>
    public const int ExpandedLines = Limits.ExpandedLines;

    /// <summary>Blocks open inside one another.</summary>
    public const int BlockDepth = Limits.BlockDepth;

    /// <summary>Parentheses open inside one another in one line.</summary>
    public const int ParenthesisDepth = Limits.ParenthesisDepth;

    /// <summary>Diagnostics kept; what follows is dropped and the last one says so.</summary>
    public const int Diagnostics = Limits.Diagnostics;
}
