using System.Globalization;
using PomIsa.Debugging.Tensors;
using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Debugging.Stepping;

/// <summary>What the person at the prompt wants after the program was let run no more.</summary>
internal enum Leave
{
    No,
    Restart,
    Quit,
}

/// <summary>Stops a program between two instructions and does what is said at the prompt, on the program's own thread.</summary>
internal sealed class Debugger(ProgramMap map, DebugConsole console) : IStepObserver
{
    private readonly CallStack _calls = new(map.Module);
    private readonly Breakpoints _breakpoints = new(map);
    private readonly HashSet<(int Function, int Register)> _watched = [];
    private Goal _goal = new(GoalKind.Steps, 0, null);
    private NanSearch? _nan;
    private OpContext? _context;
    private bool _showsResult;
    private volatile bool _interrupted;

    /// <summary>What was noted as the last instruction retired: said where the program stops next.</summary>
    private readonly List<string> _notes = [];

    /// <summary>Whether the run is over: its memory can be looked at, but it goes no further.</summary>
    private bool _ended;

    public Leave Leave { get; private set; }

    /// <summary>Asks for a stop before the next instruction.</summary>
    public void Interrupt() => _interrupted = true;

    /// <summary>A run begins.</summary>
    public void Restart()
    {
        _calls.Clear();
        _notes.Clear();
        (Leave, _ended, _nan, _showsResult, _goal) = (Leave.No, false, null, false, new Goal(GoalKind.Steps, 0, null));
    }

    /// <summary>The run is over; says how, and takes commands that only look.</summary>
    public void End(string how)
    {
        _ended = true;
        Say();
        console.Say(how);
        if (_context is not null && _calls.Depth > 0)
        {
            Prompt(_context);
        }
    }

    public bool TryBegin(RetirePlace place, Frame frame, OpContext context, out string refusal)
    {
        _context = context;
        _calls.Begin(frame, place.Instruction);
        refusal = "";
        bool reached = _goal.IsReached(_calls.Depth, map.SourceOf(place.Function, place.Instruction));
        Breakpoint? breakpoint = _breakpoints.At(place.Function, place.Instruction);
        if (_interrupted)
        {
            _notes.Add("Interrupted.");
        }
        else if (breakpoint is not null && !reached)
        {
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"Breakpoint {breakpoint.Number}, {breakpoint.What}."));
        }

        if ((reached || _interrupted || breakpoint is not null || _notes.Count > 0) && !Stop(place, context))
        {
            refusal = "the debugger was left";
            return false;
        }

        _nan?.Before(context);
        return true;
    }

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        refusal = "";
        Line line = context.Line;
        foreach (int operand in line.Written)
        {
            int register = line.Operands[operand].Index;
            _calls.Top.Wrote(register);
            bool watched = _watched.Contains((place.Function, register));
            if (watched || _showsResult)
            {
                _notes.Add($"{(watched ? "watched " : "  ")}{map.Module.RegisterName(place.Function, register)} = {TensorText.Line(context.View(operand))}");
            }
        }

        if (_showsResult && line.Scalars > 0)
        {
            string[] scalars = line.Emits ? [Text(context.Emitted)] : [.. context.Top(line.Row.Pushes).ToArray().Select(Text)];
            _notes.Add($"  {(line.Emits ? "emits" : "pushes")} {string.Join(' ', scalars)}");
        }

        if (_nan?.After(place, context) is { } found)
        {
            _notes.Add(found);
        }

        return true;
    }

    private bool Stop(RetirePlace place, OpContext context)
    {
        Say();
        (_interrupted, _showsResult, _nan) = (false, false, null);
        console.Say(map.Line(place.Function, place.Instruction));
        return Prompt(context);
    }

    private void Say()
    {
        foreach (string note in _notes)
        {
            console.Say(note);
        }

        _notes.Clear();
    }

    /// <summary>Takes commands until one lets the program run on (true) or leaves it (false).</summary>
    private bool Prompt(OpContext context)
    {
        while (Leave == Leave.No)
        {
            if (console.Ask() is not { } text)
            {
                Leave = Leave.Quit;
                break;
            }

            string[] words = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            if (CommandTable.Find(words[0]) is not { } command)
            {
                console.Refuse($"There is no command '{words[0]}'. 'help' lists all.");
            }
            else if (command.Runs && _ended)
            {
                console.Refuse("The run is over. 'restart' begins it again, 'quit' leaves.");
            }
            else if (command.Runs ? TryGo(command, words[1..]) : Do(command, words[1..], context))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryGo(DebugCommand command, string[] rest)
    {
        long steps = 1;
        bool fits = command.Name switch
        {
            "step" => rest.Length == 0 || (rest.Length == 1 && long.TryParse(rest[0], NumberStyles.None, CultureInfo.InvariantCulture, out steps) && steps > 0),
            "nan" => rest is [] or ["inf"],
            _ => rest.Length == 0,
        };
        if (!fits)
        {
            return Misused(command);
        }

        _interrupted = false; // what was pressed at the prompt stops nothing
        Activation top = _calls.Top;
        GoalKind kind = command.Name switch
        {
            "step" => GoalKind.Steps,
            "next" => GoalKind.Over,
            "line" => GoalKind.Line,
            "out" => GoalKind.Out,
            _ => GoalKind.None,
        };
        _goal = new Goal(kind, _calls.Depth, map.SourceOf(top.Function, top.At)) { Steps = steps };
        _nan = command.Name == "nan" ? new NanSearch(map, infinities: rest.Length > 0) : null;
        _showsResult = kind is GoalKind.Steps && steps == 1;
        _showsResult |= kind is GoalKind.Over && map.Module.Functions[top.Function].Body[top.At].Row.Code != Opcode.Call;
        return true;
    }

    /// <summary>Does what only looks or sets something; never lets the program run.</summary>
    private bool Do(DebugCommand command, string[] rest, OpContext context)
    {
        var inspector = new Inspector(map, _calls, console);
        switch (command.Name)
        {
            case "break" when rest.Length > 0:
                string? file = map.SourceOf(_calls.Top.Function, _calls.Top.At)?.File;
                console.Answer(_breakpoints.TryAdd(rest, file, out Breakpoint? set, out string why), set is null ? why : Describe(set));
                break;
            case "breaks" when rest.Length == 0:
                Breaks();
                break;
            case "delete" when rest is ["all"]:
                _breakpoints.Clear();
                break;
            case "delete" when rest.Length == 1:
                bool known = int.TryParse(rest[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && _breakpoints.Remove(number);
                console.Answer(known, known ? "" : $"There is no breakpoint {rest[0]}; 'breaks' lists them.");
                break;
            case "watch" or "unwatch" when rest.Length == 1:
                Watch(command.Name == "watch", rest[0], inspector);
                break;
            case "print" when rest.Length > 0:
                inspector.Print(string.Join(' ', rest), context);
                break;
            case "registers" when rest.Length == 0:
                inspector.Registers();
                break;
            case "stack" when rest.Length == 0:
                inspector.Stack(context);
                break;
            case "locals" when rest.Length == 0:
                inspector.Locals();
                break;
            case "states" when rest.Length == 0:
                inspector.States(context);
                break;
            case "symbols" when rest.Length == 0:
                inspector.Symbols();
                break;
            case "where" when rest.Length == 0:
                inspector.Where();
                break;
            case "list" when rest.Length == 0:
                inspector.List();
                break;
            case "tokens" when rest.Length == 0:
                console.Say(context.Response.Count == 0 ? "no tokens yet" : console.Tokens(context.Response));
                break;
            case "outputs" when rest.Length == 0:
                inspector.Outputs(context);
                break;
            case "restart" when rest.Length == 0:
                Leave = Leave.Restart;
                break;
            case "quit" when rest.Length == 0:
                Leave = Leave.Quit;
                break;
            case "help" when rest.Length <= 1:
                Help(rest);
                break;
            default:
                Misused(command);
                break;
        }

        return false;
    }

    private void Breaks()
    {
        foreach (Breakpoint one in _breakpoints.All)
        {
            console.Say(Describe(one));
        }

        foreach ((int function, int register) in _watched.Order())
        {
            console.Say($"watched {map.Module.RegisterName(function, register)} of {map.Module.FunctionName(function)}");
        }

        if (_breakpoints.All.Count + _watched.Count == 0)
        {
            console.Say("none");
        }
    }

    private void Watch(bool on, string name, Inspector inspector)
    {
        int register = inspector.RegisterOf(name);
        if (!on && name == "all")
        {
            _watched.Clear();
        }
        else if (register < 0)
        {
            console.Refuse($"This function has no register '{name}'.");
        }
        else if (on)
        {
            _watched.Add((_calls.Top.Function, register));
            console.Say($"watched {inspector.Register(register)}");
        }
        else
        {
            _watched.Remove((_calls.Top.Function, register));
        }
    }

    private void Help(string[] rest)
    {
        IEnumerable<DebugCommand> commands = rest.Length == 0 ? CommandTable.All : CommandTable.Find(rest[0]) is { } one ? [one] : [];
        foreach (DebugCommand command in commands)
        {
            string usage = $"{command.Name} {command.Usage}".TrimEnd();
            console.Say($"{usage,-28} {command.Short,-2} {command.Help}");
        }

        if (!commands.Any())
        {
            console.Refuse($"There is no command '{rest[0]}'. 'help' lists all.");
        }
    }

    private bool Misused(DebugCommand command)
    {
        console.Refuse($"It is: {$"{command.Name} {command.Usage}".TrimEnd()} — {command.Help}.");
        return false;
    }

    private static string Describe(Breakpoint one) => string.Create(
        CultureInfo.InvariantCulture, $"breakpoint {one.Number}: {one.What}{(one.Places.Count == 1 ? "" : $", {one.Places.Count} instructions")}");

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
