using System.Collections.Immutable;
using Antlr4.Runtime;
using PomIsa.Assembly.Generated;

namespace PomIsa.Assembly.Syntax;

/// <summary>One line that says something.</summary>
/// <param name="File">Where it stands.</param>
/// <param name="First">Its first token: for a broken line all that can be relied on.</param>
/// <param name="Second">The token after it: what a broken declaration most likely declares.</param>
/// <param name="Tree">Its parse tree; null if the line has a syntax error, which has been reported.</param>
/// <param name="Doc">The <c>;;</c> comment right above, lines separated by a line feed; empty if there is none.</param>
internal sealed record Statement(SourceFile File, IToken First, IToken Second, PomIsaParser.LineContext? Tree, string Doc)
{
    /// <summary>A line such as <c>.step</c> that a later <c>.end</c> closes.</summary>
    public bool Opens => First.Type is PomIsaParser.REPEAT or PomIsaParser.STEP or PomIsaParser.DRIVER;

    public bool OpensFunction => First.Type is PomIsaParser.STEP or PomIsaParser.DRIVER;

    /// <summary>Neither a directive nor empty: an instruction, at least from its first token.</summary>
    public bool IsInstruction => First.Type is not (>= PomIsaParser.MODULE and <= PomIsaParser.DIRECTIVE);

    public bool Closes => First.Type == PomIsaParser.END;

    /// <summary>The directive's word or the mnemonic as written.</summary>
    public Span FirstSpan => File.Span(First, First);
}

/// <summary>A parsed source file.</summary>
/// <param name="Statements">In order; blank and comment lines are left out.</param>
/// <param name="Ends">For each statement that opens a block, the index of the statement that closes it; otherwise -1.</param>
internal sealed record ParsedFile(SourceFile File, ImmutableArray<Statement> Statements, ImmutableArray<int> Ends);
