using System.Collections.Immutable;
using Antlr4.Runtime;
using Antlr4.Runtime.Atn;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Assembly.Generated;

namespace PomIsa.Assembly.Syntax;

/// <summary>Text to statements. Each line is parsed by itself; its first syntax error is reported, the rest goes on.</summary>
internal static class SourceParser
{
    public static ParsedFile Parse(SourceFile file, DiagnosticBag diagnostics)
    {
        var tokens = Tokens(file.Text);
        var silent = LimitParentheses(file, tokens, diagnostics);
        var listener = new SyntaxErrors(file, diagnostics, silent);
        var parser = Parser(tokens, listener);
        var statements = ImmutableArray.CreateBuilder<Statement>();
        while (parser.TokenStream.LA(1) != TokenConstants.EOF)
        {
            var first = parser.TokenStream.LT(1);
            var second = parser.TokenStream.LT(2) ?? first;
            parser.ErrorHandler.Reset(parser);
            var tree = parser.line();
            if (listener.TakeBroken())
            {
                SkipLine(parser, first);
                statements.Add(new Statement(file, first, second, null, Docs.Above(tokens, first)));
            }
            else if (first.Type is not (PomIsaParser.NEWLINE or TokenConstants.EOF))
            {
                statements.Add(new Statement(file, first, second, tree, Docs.Above(tokens, first)));
            }
        }

        var all = statements.ToImmutable();
        return new ParsedFile(file, all, Blocks.Match(all, diagnostics));
    }

    /// <summary>The expression between the braces of a name; null if there is none.</summary>
    public static PomIsaParser.ExpressionContext? ParseInterpolation(string text)
    {
        var tokens = Tokens(text);
        var quiet = new DiagnosticBag();
        LimitParentheses(new SourceFile("", text), tokens, quiet);
        if (!quiet.IsEmpty)
        {
            return null;
        }

        var listener = new SyntaxErrors(new SourceFile("", text), quiet, []);
        var tree = Parser(tokens, listener).interpolation();
        return listener.TakeBroken() ? null : tree.expression();
    }

    /// <summary>All tokens of a text; plain comments and spaces are none.</summary>
    public static CommonTokenStream Tokens(string text)
    {
        // The lexer never fails: STRAY takes what no other rule does.
        var tokens = new CommonTokenStream(new PomIsaLexer(new AntlrInputStream(text), TextWriter.Null, TextWriter.Null));
        tokens.Fill();
        return tokens;
    }

    private static PomIsaParser Parser(CommonTokenStream tokens, SyntaxErrors listener)
    {
        var parser = new PomIsaParser(tokens, TextWriter.Null, TextWriter.Null) { ErrorHandler = new LineErrorStrategy(listener) };

        // One token of lookahead decides everywhere, so the cheaper SLL mode accepts exactly what LL does
        // (Every_decision_needs_one_token in the tests holds the grammar to that).
        parser.Interpreter.PredictionMode = PredictionMode.SLL;
        parser.RemoveErrorListeners();
        return parser;
    }

    private static void SkipLine(PomIsaParser parser, IToken first)
    {
        if (parser.TokenStream.LT(-1) is { Type: PomIsaParser.NEWLINE } last && last.TokenIndex >= first.TokenIndex)
        {
            return;
        }

        while (parser.TokenStream.LA(1) is not (PomIsaParser.NEWLINE or TokenConstants.EOF))
        {
            parser.TokenStream.Consume();
        }

        if (parser.TokenStream.LA(1) == PomIsaParser.NEWLINE)
        {
            parser.TokenStream.Consume();
        }
    }

    // Parentheses are the only recursion of the grammar; hiding the rest of a line that nests too deep keeps
    // the parser's stack small. Answers the lines that are broken by this and need no further message.
    private static HashSet<int> LimitParentheses(SourceFile file, CommonTokenStream tokens, DiagnosticBag diagnostics)
    {
        var depth = 0;
        var hiding = false;
        var lines = new HashSet<int>();
        foreach (var token in tokens.GetTokens())
        {
            switch (token.Type)
            {
                case PomIsaParser.NEWLINE:
                    (depth, hiding) = (0, false);
                    continue;
                case PomIsaParser.LPAREN when ++depth > AssemblerLimits.ParenthesisDepth && !hiding:
                    diagnostics.Add(file.Span(token, token), DiagnosticCode.TooDeep,
                        $"more than {AssemblerLimits.ParenthesisDepth} parentheses open inside one another");
                    hiding = lines.Add(token.Line);
                    break;
                case PomIsaParser.RPAREN:
                    depth--;
                    break;
            }

            if (hiding && token.Type != TokenConstants.EOF)
            {
                ((IWritableToken)token).Channel = TokenConstants.HiddenChannel;
            }
        }

        tokens.Seek(0);
        return lines;
    }
}
