using PomIsa.Assembly.Formatting;

namespace PomIsa.Assembly.Tests.Formatting;

/// <summary>The canonical form, rule by rule (spec/assembly.md, "Canonical form").</summary>
public sealed class FormatterTests
{
    [Theory]
    [InlineData("push   1", "push 1\n")]
    [InlineData("\t vadd y ,x1,x2\r\n", "vadd y, x1, x2\n")]
    [InlineData("push -1", "push -1\n")]
    [InlineData("push N-1", "push N - 1\n")]
    [InlineData("push - ( N*- 2 )", "push -(N * -2)\n")]
    [InlineData("push max( 1 ,2)", "push max(1, 2)\n")]
    [InlineData("push (1+2)", "push (1 + 2)\n")]
    [InlineData("call f,x->y ,z", "call f, x -> y, z\n")]
    [InlineData("rmsnorm y, x, l{ i+1 }.w, 1e-5", "rmsnorm y, x, l{i + 1}.w, 1e-5\n")]
    [InlineData(".const N -1", ".const N -1\n")]
    [InlineData(".const N (1)", ".const N (1)\n")]
    [InlineData(".symbol max max (N)", ".symbol max max (N)\n")]
    [InlineData(".state s f32[ S,N-1 ] max - 1", ".state s f32[S, N - 1] max -1\n")]
    [InlineData(".weight \"a  b\" f32[ ] rows digest 0xAB", ".weight \"a  b\" f32[] rows digest 0xAB\n")]
    [InlineData("push 1;why", "push 1  ; why\n")]
    [InlineData("push 1 ;;  why  ", "push 1  ;;  why\n")]
    [InlineData(";;doc  \n;;\n;; \n;;; more", ";; doc  \n;;\n;;\n;;; more\n")]
    [InlineData("\n\n;a\n\n\n\n;b\n\n", "; a\n\n; b\n")]
    [InlineData("", "")]
    [InlineData("push  1 ; a\r; b\n", "push  1 ; a\r; b\n")]
    public void A_line_has_one_form(string text, string canonical) => Assert.Equal(canonical, Format(text));

    [Fact]
    public void Blocks_are_indented()
    {
        Assert.Equal(
            """
            .alias again loop
            .repeat i 0..2
                .weight w{i} f32[1]
            .end
            .driver main
                ; count
                push 2
                again 2
                    push 1
                    if
                        push 2
                        drop
                    else
                        push 3
                        drop
                    end
                end
                halt
            .end

            """,
            Format(".alias again loop\n.repeat i 0 .. 2\n\n.weight w{i} f32[1]\n.end\n.driver main\n; count\npush 2\nagain 2\npush 1\nif\npush 2\ndrop\n  else\npush 3\ndrop\nend\n\nend\nhalt\n.end"));
    }

    [Fact]
    public void Declarations_of_a_kind_form_a_table()
    {
        Assert.Equal(
            """
            .const LAYERS 2
            .const D      8   ; width
            .const LONGER_THAN_ANY_OTHER_NAME 1

            .const N 1
            .weight embed W[D, 16] panels
            ;; the last one
            .weight norm  f32[D]
            .state l.k f32[S, D]      max 8
            .state l.v f32[S, D, D]   max 8

            """.Replace("8   ;", "8  ;", StringComparison.Ordinal).Replace("]      max", "]    max", StringComparison.Ordinal).Replace("]   max", "] max", StringComparison.Ordinal),
            Format(".const LAYERS 2\n.const D 8;width\n.const LONGER_THAN_ANY_OTHER_NAME 1\n\n.const N   1\n.weight embed W[D,16]panels\n;; the last one\n.weight norm f32[D]\n.state l.k f32[S,D] max 8\n.state l.v f32[S,D,D] max 8"));
    }

    [Fact]
    public void Comments_of_neighbouring_lines_begin_in_one_column()
    {
        Assert.Equal("push 1        ; a\npush 123\nstate.len kv  ; b\n; alone\npush 1  ; c\n", Format("push 1;a\npush 123\nstate.len kv ;b\n; alone\npush 1 ;c"));
    }

    [Theory]
    [InlineData("push 1 +\n")]
    [InlineData(".driver main\nhalt\n")]
    [InlineData(".end\n")]
    public void A_text_with_errors_is_left_alone(string text)
    {
        var result = SourceFormatter.Format(text, "x.pisa");
        Assert.Null(result.Text);
        Assert.Equal("x.pisa", Assert.Single(result.Diagnostics).File);
    }

    [Fact]
    public void A_text_that_is_too_long_is_left_alone() =>
        Assert.Equal(DiagnosticCode.SourceTooLong, Assert.Single(SourceFormatter.Format(new string('\n', AssemblerLimits.SourceLength + 1)).Diagnostics).Code);

    private static string Format(string text)
    {
        var result = SourceFormatter.Format(text);
        Assert.Equal("", DiagnosticText.Render(result.Diagnostics));
        Assert.Equal(result.Text, SourceFormatter.Format(result.Text!).Text);
        return result.Text!;
    }
}
