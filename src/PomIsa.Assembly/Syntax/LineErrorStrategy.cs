using Antlr4.Runtime;
using PomIsa.Assembly.Generated;

namespace PomIsa.Assembly.Syntax;

/// <summary>
/// At a syntax error the rest of the line is given up. ANTLR's own strategy guesses at tokens to insert or delete,
/// a line end among them, so that one mistake spills into the next line.
/// </summary>
internal sealed class LineErrorStrategy(SyntaxErrors errors) : DefaultErrorStrategy
{
    public override void Sync(Parser recognizer)
    {
        // Loops and options find out by themselves when they meet a token that they can't use.
    }

    public override IToken RecoverInline(Parser recognizer) => throw new InputMismatchException(recognizer);

    public override void ReportError(Parser recognizer, RecognitionException e)
    {
        if (!InErrorRecoveryMode(recognizer))
        {
            BeginErrorCondition(recognizer);
            errors.Report(e.OffendingToken, e.GetExpectedTokens());
        }
    }

    public override void Recover(Parser recognizer, RecognitionException e)
    {
        while (recognizer.TokenStream.LA(1) is not (PomIsaParser.NEWLINE or TokenConstants.EOF))
        {
            recognizer.Consume();
        }
    }
}
