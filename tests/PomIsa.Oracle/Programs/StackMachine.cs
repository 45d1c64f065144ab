namespace PomIsa.Oracle.Programs;

/// <summary>What a run of drivers gives: tokens, instructions retired, and the fault that ended it.</summary>
internal sealed class StackMachine(DriverProgram program)
{
    private readonly List<int> _emits = [];

    public IReadOnlyList<int> Emits => _emits;

    public int Retires { get; private set; }

    /// <summary>Instructions that retired, by mnemonic.</summary>
    public HashSet<string> Seen { get; } = [];

    public string? Trap { get; private set; }

    public void Run() => Run(program.Functions.Count - 1);

    /// <summary>True where the run goes on behind the call.</summary>
    private bool Run(int index)
    {
        Driver function = program.Functions[index];
        (int[] ends, int[] elses) = Blocks(function.Body);
        var stack = new Stack<long>();
        var loops = new Stack<(int At, long Left)>();
        var locals = new long[function.Locals];
        for (int at = 0; ;)
        {
            Line line = function.Body[at];
            int next = at + 1;
            string? trap = null;
            switch (line.Mnemonic)
            {
                case "loop":
                    long rounds = stack.Pop();
                    trap = rounds < 0 || rounds > line.Operand ? "LoopBound" : null;
                    next = rounds == 0 ? ends[at] + 1 : next;
                    if (rounds > 0)
                    {
                        loops.Push((at, rounds));
                    }

                    break;
                case "brk" or "brk_if":
                    if (line.Mnemonic == "brk" || stack.Pop() != 0)
                    {
                        next = ends[loops.Pop().At] + 1;
                    }

                    break;
                case "if":
                    next = stack.Pop() != 0 ? next : elses[at] >= 0 ? elses[at] + 1 : ends[at] + 1;
                    break;
                case "else":
                    next = ends[at] + 1;
                    break;
                case "end" when loops.Count > 0 && ends[loops.Peek().At] == at:
                    (int start, long left) = loops.Pop();
                    if (left > 1)
                    {
                        loops.Push((start, left - 1));
                        next = start + 1;
                    }

                    break;
                case "emit":
                    long token = stack.Pop();
                    trap = token is < 0 or > int.MaxValue ? "TokenOutOfRange" : null;
                    if (trap is null)
                    {
                        _emits.Add((int)token);
                    }

                    break;
                default:
                    Scalars(line, stack, locals);
                    break;
            }

            if (trap is not null)
            {
                Trap = trap;
                return false;
            }

            Retires++;
            Seen.Add(line.Mnemonic);
            if (line.Mnemonic is "halt" or "ret")
            {
                return line.Mnemonic == "ret";
            }

            if (line.Mnemonic == "call" && !Run((int)line.Operand))
            {
                return false;
            }

            at = next;
        }
    }

    private static void Scalars(Line line, Stack<long> stack, long[] locals)
    {
        switch (line.Mnemonic)
        {
            case "push":
                stack.Push(line.Operand);
                break;
            case "drop":
                stack.Pop();
                break;
            case "dup":
                stack.Push(stack.Peek());
                break;
            case "swap":
                (long b, long a) = (stack.Pop(), stack.Pop());
                stack.Push(b);
                stack.Push(a);
                break;
            case "get":
                stack.Push(locals[line.Operand]);
                break;
            case "set":
                locals[line.Operand] = stack.Pop();
                break;
            case "not":
                stack.Push(stack.Pop() == 0 ? 1 : 0);
                break;
            case "halt" or "ret" or "call" or "end" or "commit":
                break;
            default:
                (long right, long left) = (stack.Pop(), stack.Pop());
                stack.Push(Two(line.Mnemonic, left, right));
                break;
        }
    }

    private static long Two(string mnemonic, long a, long b) => unchecked(mnemonic switch
    {
        "add" => a + b,
        "sub" => a - b,
        "mul" => a * b,
        "min" => Math.Min(a, b),
        "max" => Math.Max(a, b),
        "and" => a != 0 && b != 0 ? 1 : 0,
        "or" => a != 0 || b != 0 ? 1 : 0,
        "eq" => a == b ? 1 : 0,
        "ne" => a != b ? 1 : 0,
        "lt" => a < b ? 1 : 0,
        "le" => a <= b ? 1 : 0,
        "gt" => a > b ? 1 : 0,
        "ge" => a >= b ? 1 : 0,
        _ => throw new InvalidOperationException(mnemonic),
    });

    /// <summary>For each loop, if and else the index of its end; for each if that of its else, or -1.</summary>
    private static (int[] Ends, int[] Elses) Blocks(IReadOnlyList<Line> body)
    {
        int[] ends = new int[body.Count], elses = [.. Enumerable.Repeat(-1, body.Count)];
        var open = new Stack<int>();
        for (int at = 0; at < body.Count; at++)
        {
            switch (body[at].Mnemonic)
            {
                case "loop" or "if":
                    open.Push(at);
                    break;
                case "else":
                    elses[open.Peek()] = at;
                    break;
                case "end":
                    int start = open.Pop();
                    ends[start] = at;
                    if (elses[start] >= 0)
                    {
                        ends[elses[start]] = at;
                    }

                    break;
            }
        }

        return (ends, elses);
    }
}
