using System.Collections.Immutable;
using PomIsa.Assembly.Analysis;

namespace PomIsa.LanguageServer.Features;

/// <summary>A directive in words.</summary>
/// <param name="Word">With its dot.</param>
/// <param name="Snippet">Behind the word, with places to fill in.</param>
/// <param name="InFunctions">Whether it may stand in a function; <see cref="OutsideFunctions"/> whether outside.</param>
internal sealed record DirectiveText(string Word, string Example, string Meaning, string Snippet, bool OutsideFunctions = true, bool InFunctions = false)
{
    /// <summary>All directives; spec/assembly.md lists the same.</summary>
    public static ImmutableArray<DirectiveText> All { get; } =
    [
        new(".module", ".module name", "gives the module its name; at most once", " ${1:name}"),
        new(".const", ".const N 64", "a constant, usable below", " ${1:N} ${2:64}"),
        new(".type", ".type W w8", "an element type another name", " ${1:W} ${2:w8}"),
        new(".alias", ".alias linear linear.w8", "an instruction another name", " ${1:linear} ${2:linear.w8}"),
        new(".include", ".include \"file.pisa\"", "what that file says, as if it stood here", " \"${1:file.pisa}\""),
        new(".symbol", ".symbol T max 512", "a dimension that is known when a function runs", " ${1:T} max ${2:512}"),
        new(".input", ".input prompt i32[P]", "a tensor from the host", " ${1:prompt} ${2:i32}[${3:P}]"),
        new(".weight", ".weight l0.wq w8[128, 128]", "a read-only tensor; the name is its address in the weights", " ${1:w} ${2:f32}[${3:128}]"),
        new(".state", ".state l0.k f32[S, 64] max 512", "rows that last from step to step; S counts them", " ${1:k} ${2:f32}[${3:S}, ${4:64}] max ${5:512}"),
        new(".repeat", ".repeat i 0..4", "its lines, down to .end, for i = 0, 1, 2, 3", " ${1:i} ${2:0}..${3:4}\n$0\n.end", InFunctions: true),
        new(".step", ".step f(x: f32[T, 8]) -> (y: f32[T, 8])", "straight-line tensor code, down to .end", " ${1:f}(${2:x}: ${3:f32[T, 8]}) -> (${4:y}: ${5:f32[T, 8]})\n    $0\n    ret\n.end"),
        new(".driver", ".driver main", "control, scalars, calls, down to .end", " ${1:main}\n    $0\n    halt\n.end"),
        new(".reg", ".reg x: f32[T, 8]", "a register's type, above the first line that writes it", " ${1:x}: ${2:f32}[${3:T, 8}]", OutsideFunctions: false, InFunctions: true),
        new(".local", ".local n", "named whole numbers of this function, zero at first", " ${1:n}", OutsideFunctions: false, InFunctions: true),
        new(".entry", ".entry main", "the driver that a run starts with; exactly once", " ${1:main}"),
        new(".end", ".end", "closes a .repeat, .step or .driver", "", InFunctions: true),
    ];
}

/// <summary>Kinds of names as people call them.</summary>
internal static class KindText
{
    public static string Of(NameKind kind) => kind switch
    {
        NameKind.ElementType => "element type",
        NameKind.RepeatVariable => "variable of a .repeat",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
