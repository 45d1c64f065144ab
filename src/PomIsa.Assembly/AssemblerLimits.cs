namespace PomIsa.Assembly;

/// <summary>How much the assembler takes in before it refuses. Source is a stranger's, so everything that grows is bounded.</summary>
public static class AssemblerLimits
{
    /// <summary>UTF-16 units of source, all included files together.</summary>
    public const int SourceLength = 1 << 23;

    /// <summary>Files open inside one another through <c>.include</c>.</summary>
    public const int IncludeDepth = 16;

    /// <summary>Files read, each counted as often as it is included.</summary>
    public const int Includes = 256;

    /// <summary>Lines after all <c>.repeat</c> are written out; an empty turn of a <c>.repeat</c> counts as one.</summary>
    public const int ExpandedLines = 1 << 18;

    /// <summary>Blocks open inside one another.</summary>
    public const int BlockDepth = 16;

    /// <summary>Parentheses open inside one another in one line.</summary>
    public const int ParenthesisDepth = 64;

    /// <summary>Diagnostics kept; what follows is dropped and the last one says so.</summary>
    public const int Diagnostics = 200;
}
