using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PomIsa.Isa;

namespace PomIsa.Assembly.Tests;

/// <summary>Source is a stranger's: whatever it is, an answer comes, in time and without an exception.</summary>
public sealed class HostileTests
{
    private static readonly string[] Seeds =
    [
        Source.Text("Programs/decoder.pisa"), Source.Text("Mistakes/several_in_one_file.pisa"), Source.Example("hello.pisa"),
    ];

    private static readonly string[] Pieces =
    [
        "(", ")", "[", "]", "{", "}", "{i}", "\"", "\\", ";", ";;", "\n", "\r", "\t", "\0", "-", "->", "..", ".", ",", ":", "#", "é", "\ud800",
        ".repeat i 0..3\n", ".end\n", ".step f(a: f32[T])\n", ".driver g\n", ".reg x: f32[T]\n", ".local x\n", "99999999999999999999",
        "0x", "0x1p999", "bits:0x7fc00000", "1e999", "max(", "sqrt(-1)", "call ", "loop ", "end\n", ".include \"a\"\n", ".module\n", "%", "/0",
    ];

    private sealed record Edit(int Kind, int At, int Length, int Piece);

    [Property(MaxTest = 150)]
    public Property Mutated_sources_are_assembled_or_refused()
    {
        var edit = from kind in Gen.Choose(0, 3)
                   from at in Gen.Choose(0, 100_000)
                   from length in Gen.Choose(0, 30)
                   from piece in Gen.Choose(0, Pieces.Length - 1)
                   select new Edit(kind, at, length, piece);
        var sources = from seed in Gen.Elements(Seeds)
                      from edits in edit.ListOf()
                      select edits.Take(12).Aggregate(seed, Apply);
        return Prop.ForAll(sources.ToArbitrary(), IsAnswered);
    }

    [Property(MaxTest = 100)]
    public Property Soup_of_tokens_is_assembled_or_refused() =>
        Prop.ForAll(Gen.Elements(Pieces).ListOf().Select(string.Concat).ToArbitrary(), IsAnswered);

    public static TheoryData<string> Monsters() =>
    [
        new string('(', 200_000),
        "push " + new string('-', 200_000) + "1",
        ".driver m\npush " + string.Join('+', Enumerable.Repeat("1", 50_000)) + "\ndrop\nhalt\n.end\n.entry m\n",
        string.Concat(Enumerable.Repeat(".repeat i 0..2\n", 8_000)),
        string.Concat(Enumerable.Repeat(".step f\n", 8_000)),
        string.Concat(Enumerable.Repeat(".end\n", 50_000)),
        new string('\n', 100_000),
        new string('"', 100_000),
        new string('a', 100_000),
        ".weight " + string.Concat(Enumerable.Repeat("{1}", 100_000)) + " f32[1]",
        string.Concat(Enumerable.Repeat(";; doc\n", 30_000)) + ".module m\n",
        ".repeat i 0..30000\n.weight w{i} f32[1]\n.end\n.driver m\nhalt\n.end\n.entry m\n",
        string.Concat(Enumerable.Range(0, 8_000).Select(i => $"zzz{i} a, b\n")),
        ".driver m\n" + string.Concat(Enumerable.Repeat("loop 3\n", 20_000)) + ".end\n.entry m\n",
    ];

    [Theory]
    [MemberData(nameof(Monsters))]
    public void Monsters_are_refused_in_time(string source)
    {
        var watch = Stopwatch.StartNew();
        Assert.True(IsAnswered(source));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    private static bool IsAnswered(string source)
    {
        var result = Assembler.Assemble(source, "x", (_, name) => new IncludedSource(name, source[..(source.Length / 2)]));
        if (result.Module is not { } module)
        {
            _ = DiagnosticText.Render(result.Diagnostics);
            return !result.Diagnostics.IsEmpty;
        }

        return result.Diagnostics.IsEmpty && Module.TryDecode(module.Encode(), out _, out _);
    }

    private static string Apply(string text, Edit edit)
    {
        var at = edit.At % (text.Length + 1);
        var length = Math.Min(edit.Length, text.Length - at);
        var changed = new StringBuilder(text);
        return (edit.Kind switch
        {
            0 => changed.Insert(at, Pieces[edit.Piece]),
            1 => changed.Remove(at, length),
            2 => changed.Remove(at, length).Insert(at, Pieces[edit.Piece]),
            _ => changed.Insert(at, text.AsSpan(at, length)),
        }).ToString();
    }
}
