using System.Text;
using FsCheck.Xunit;
using PomIsa.Assembly.Formatting;
using PomIsa.Isa;

namespace PomIsa.Assembly.Tests.Formatting;

/// <summary>Formatting changes how a source looks and nothing else.</summary>
public sealed class FormatPropertyTests
{
    private static readonly string[] Pieces =
    [
        "(", ")", "[", "]", "{i}", "l{ i+1 }", "{;}", "\"", "\"a ; b\"", ";", ";;", ";; x \n", "\n", "\n\n\n", "\r", "\r\n", "\t", " ", "-", "->", "..", ".", ",", ":", "#", "é", "\ud800",
        ".repeat i 0..3\n", ".end\n", ".step f(a: f32[T])\n", ".driver g\n", ".reg x: f32[T]\n", ".const N -1\n", ".alias loop2 loop\n",
        "0x", "0x1p9", "bits:0x7fc00000", "1e9", "max(", "push 1", "call f, x -> y", "loop 5\n", "if\n", "else\n", "end\n", ".include \"a\"\n", ".module\n", "%", "=", "1", "a",
    ];

    [Property(MaxTest = 100)]
    public void Modules_stay_the_same(int seed)
    {
        var text = Disassembler.Disassemble(new RandomModules(seed).Next());
        var formatted = Formatted(Shaken(text, new Random(seed)));
        Assert.Equal(WithoutPositions(text), WithoutPositions(formatted));
        Assert.Equal(formatted, Formatted(formatted));
    }

    [Property(MaxTest = 50)]
    public void Any_spacing_gives_the_same_form(int seed)
    {
        foreach (var text in new[] { Source.Text("Programs/decoder.pisa"), Source.Example("hello.pisa"), Source.Example("govsum/model.pisa") })
        {
            Assert.Equal(Formatted(text), Formatted(Shaken(text, new Random(seed))));
        }
    }

    [Property(MaxTest = 2000)]
    public void Soup_is_formatted_once_and_for_all_or_left_alone(int seed)
    {
        var random = new Random(seed);
        var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        if (SourceFormatter.Format(text).Text is { } once)
        {
            Assert.Equal(once, Formatted(once));
            Assert.Equal(Letters(text), Letters(once));
        }
    }

    [Fact]
    public void Deep_nesting_makes_no_long_lines()
    {
        var text = ".driver m\n" + string.Concat(Enumerable.Repeat("loop 3\n", 20_000)) + ".end\n";
        Assert.InRange(Formatted(text).Length, text.Length, 50 * text.Length);
    }

    private static string Formatted(string text)
    {
        var result = SourceFormatter.Format(text);
        Assert.Equal("", DiagnosticText.Render(result.Diagnostics));
        return result.Text!;
    }

    /// <summary>Everything but spaces and line ends, of which alone a formatter disposes.</summary>
    private static string Letters(string text) => string.Concat(text.Where(one => one is not (' ' or '\n' or '\t' or '\r')));

    /// <summary>The same tokens and comments with other spaces between them.</summary>
    private static string Shaken(string text, Random random)
    {
        var shaken = new StringBuilder();
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            var (quoted, escaped, braced, comment) = (false, false, false, false);
            shaken.Append(random.Next(3) == 0 ? "\t " : "");
            foreach (var one in line.TrimStart(' '))
            {
                quoted ^= one == '"' && !comment && !escaped;
                escaped = quoted && one == '\\' && !escaped;
                braced = one == '{' || (braced && one != '}');
                comment |= one == ';' && !quoted;
                var loose = !quoted && !comment && !braced && one is ' ' or ',' or '(' or ')' or '[' or ']' or '*';
                shaken.Append(' ', loose ? random.Next(3) : 0).Append(one);
            }

            shaken.Append(random.Next(4) == 0 && !comment ? " \r\n" : "\n").Append('\n', line.Length == 0 ? random.Next(3) : 0);
        }

        return shaken.ToString();
    }

    private static byte[] WithoutPositions(string text) => (Source.Assemble(text, verify: false) with { Positions = null }).Encode();
}
