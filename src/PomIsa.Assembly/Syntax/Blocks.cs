using System.Collections.Immutable;
using PomIsa.Assembly.Diagnostics;

namespace PomIsa.Assembly.Syntax;

/// <summary>Pairs <c>.repeat</c>, <c>.step</c>, <c>.driver</c> with their <c>.end</c>.</summary>
internal static class Blocks
{
    public static ImmutableArray<int> Match(ImmutableArray<Statement> statements, DiagnosticBag diagnostics)
    {
        var ends = new int[statements.Length];
        Array.Fill(ends, -1);
        var open = new Stack<int>();
        var inFunction = false;
        for (var i = 0; i < statements.Length; i++)
        {
            var statement = statements[i];
            if (statement.OpensFunction && inFunction)
            {
                // Functions do not nest: one that begins inside another means that the .end above was forgotten.
                Close(statements, ends, open, i - 1, diagnostics, untilFunction: true);
            }

            if (statement.Opens)
            {
                open.Push(i);
                inFunction |= statement.OpensFunction;
                if (open.Count == AssemblerLimits.BlockDepth + 1)
                {
                    diagnostics.Add(statement.FirstSpan, DiagnosticCode.TooDeep,
                        $"more than {AssemblerLimits.BlockDepth} blocks open inside one another");
                }
            }
            else if (statement.Closes && open.TryPop(out var begin))
            {
                ends[begin] = i;
                inFunction &= !statements[begin].OpensFunction;
            }
            else if (statement.Closes)
            {
                diagnostics.Add(statement.FirstSpan, DiagnosticCode.StrayEnd, "no block is open that '.end' could close",
                    "loops and ifs inside a function end with 'end', without a dot");
            }
        }

        Close(statements, ends, open, statements.Length - 1, diagnostics, untilFunction: false);
        return [.. ends];
    }

    private static void Close(
        ImmutableArray<Statement> statements, int[] ends, Stack<int> open, int last, DiagnosticBag diagnostics, bool untilFunction)
    {
        while (open.TryPop(out var begin))
        {
            // Points past the last statement of the block, as the index of a real .end would.
            ends[begin] = last + 1;
            var opener = statements[begin];
            diagnostics.Add(opener.File.Span(opener.First, opener.Second), DiagnosticCode.UnclosedBlock,
                $"'{opener.First.Text} {opener.Second.Text.TrimEnd()}' is never closed", "write '.end' on a line of its own after its last line");
            if (untilFunction && statements[begin].OpensFunction)
            {
                return;
            }
        }
    }
}
