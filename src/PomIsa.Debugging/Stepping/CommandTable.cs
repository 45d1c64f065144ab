namespace PomIsa.Debugging.Stepping;

/// <summary>A command of the debugger.</summary>
/// <param name="Name">Its word.</param>
/// <param name="Short">A shorter word for it, or empty.</param>
/// <param name="Usage">What may follow.</param>
/// <param name="Help">What it does, one line.</param>
/// <param name="Runs">Whether the program must be under way.</param>
internal sealed record DebugCommand(string Name, string Short, string Usage, string Help, bool Runs = false);

/// <summary>All commands, in the order that help lists them.</summary>
internal static class CommandTable
{
    public static IReadOnlyList<DebugCommand> All { get; } =
    [
        new("step", "s", "[N]", "execute one opcode, or N", true),
        new("next", "n", "", "execute one opcode; a call as a whole", true),
        new("line", "l", "", "run to another source line", true),
        new("out", "o", "", "run until this function returns", true),
        new("continue", "c", "", "run to a breakpoint, a watched register, or the end", true),
        new("nan", "", "[inf]", "run until an opcode writes a NaN (or an infinity); shows which of its inputs had one", true),
        new("break", "b", "LINE|FUNCTION|OP", "stop before a line (12, model.pisa:12), a function, every softmax"),
        new("breaks", "", "", "list breakpoints and watched registers"),
        new("delete", "d", "N|all", "take breakpoints away"),
        new("watch", "w", "REGISTER", "stop when an opcode writes this register of this function, and show it"),
        new("unwatch", "", "REGISTER|all", "watch it no longer"),
        new("print", "p", "NAME[I, J…]", "a register, state, weight, local or symbol; with indices a part of it"),
        new("registers", "r", "", "all registers that hold a value"),
        new("stack", "", "", "the scalar stack, the top last"),
        new("locals", "", "", "the locals of this function"),
        new("states", "", "", "the states and how many rows each has"),
        new("symbols", "", "", "the symbols' values"),
        new("where", "", "", "the functions that run, the innermost first"),
        new("list", "", "", "instructions around this one"),
        new("tokens", "", "", "the tokens emitted so far"),
        new("outputs", "", "", "the tensors given to the host so far"),
        new("restart", "", "", "begin the run again; breakpoints stay"),
        new("help", "h", "[COMMAND]", "this list"),
        new("quit", "q", "", "leave"),
    ];

    /// <summary>The command of a word: its name, its short form, or a beginning that fits no other; null where there is none.</summary>
    public static DebugCommand? Find(string word)
    {
        List<DebugCommand> begin = [.. All.Where(one => one.Name.StartsWith(word, StringComparison.Ordinal))];
        return All.FirstOrDefault(one => one.Name == word || one.Short == word) ?? (begin.Count == 1 ? begin[0] : null);
    }
}
