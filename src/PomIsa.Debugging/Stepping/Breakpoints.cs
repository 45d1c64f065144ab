using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PomIsa.Debugging.Stepping;

/// <summary>Instructions before which to stop.</summary>
/// <param name="Number">As the user names it.</param>
/// <param name="What">What it stands for, in words.</param>
/// <param name="Places">Functions and instructions.</param>
internal sealed record Breakpoint(int Number, string What, FrozenSet<(int Function, int Instruction)> Places);

/// <summary>The breakpoints of a session, and how they are named: a line, a function, a mnemonic.</summary>
internal sealed class Breakpoints(ProgramMap map)
{
    private readonly List<Breakpoint> _all = [];
    private int _last;

    public IReadOnlyList<Breakpoint> All => _all;

    /// <summary>The first one that an instruction meets.</summary>
    public Breakpoint? At(int function, int instruction) => _all.Find(one => one.Places.Contains((function, instruction)));

    /// <summary>Sets one.</summary>
    /// <param name="words">A line (<c>12</c>, <c>model.pisa:12</c>), a function or a mnemonic; with <c>line</c>, <c>function</c> or <c>op</c> before it where that is not clear.</param>
    /// <param name="file">The file that a line without one means.</param>
    /// <param name="set">The breakpoint.</param>
    /// <param name="why">What is wrong with the words.</param>
    public bool TryAdd(string[] words, string? file, [NotNullWhen(true)] out Breakpoint? set, out string why)
    {
        set = null;
        (string kind, string name) = words switch
        {
            ["line" or "function" or "op", var one] => (words[0], one),
            [var one] => ("", one),
            _ => ("?", ""),
        };
        (string What, List<(int, int)> Places)? found = kind switch
        {
            "line" => Line(name, file),
            "function" => Function(name),
            "op" => Mnemonic(name),
            "" when char.IsAsciiDigit(name[0]) || name.Contains(':', StringComparison.Ordinal) => Line(name, file),
            "" => Function(name) ?? Mnemonic(name),
            _ => null,
        };
        if (found is not { } places)
        {
            why = kind == "?" ? "A breakpoint is a line, a function or a mnemonic, such as: break 12"
                : $"'{name}' is no line with an instruction, no function and no mnemonic of this program.";
            return false;
        }

        why = "";
        set = new Breakpoint(++_last, places.What, places.Places.ToFrozenSet());
        _all.Add(set);
        return true;
    }

    /// <summary>Takes one away.</summary>
    public bool Remove(int number) => _all.RemoveAll(one => one.Number == number) > 0;

    /// <summary>Takes all away.</summary>
    public void Clear() => _all.Clear();

    /// <summary>The first line from the given one on that has an instruction.</summary>
    private (string, List<(int, int)>)? Line(string text, string? file)
    {
        int colon = text.LastIndexOf(':');
        file = colon > 0 ? text[..colon] : file;
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int line) || file is null)
        {
            return null;
        }

        var candidates = map.Places.Select(place => (Place: place, Source: map.SourceOf(place.Function, place.Instruction)))
            .Where(one => one.Source is { } source && source.Line >= line && source.File == file).ToList();
        if (candidates.Count == 0)
        {
            return null;
        }

        int first = candidates.Min(one => one.Source!.Value.Line);
        return (string.Create(CultureInfo.InvariantCulture, $"{file}:{first}"),
            [.. candidates.Where(one => one.Source!.Value.Line == first).Select(one => one.Place)]);
    }

    private (string, List<(int, int)>)? Function(string name)
    {
        int index = Enumerable.Range(0, map.Module.Functions.Length).FirstOrDefault(i => map.Module.FunctionName(i) == name, -1);
        return index < 0 ? null : ($"function {name}", [(index, 0)]);
    }

    private (string, List<(int, int)>)? Mnemonic(string name)
    {
        List<(int Function, int Instruction)> places =
            [.. map.Places.Where(place => map.Module.Functions[place.Function].Body[place.Instruction].Row.Mnemonic == name)];
        return places.Count == 0 ? null : ($"every {name}", places);
    }
}
