using System.Collections.Immutable;

namespace PomIsa.Isa.Verification;

/// <summary>Calls form no cycle and no chain that is too long.</summary>
internal static class CallGraph
{
    private const int Open = -1;

    /// <summary>Depth-first without recursion: hostile chains may be long.</summary>
    public static void Check(Module module, FaultList faults)
    {
        var calls = new Call[module.Functions.Length][];
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i] = CallsOf(module.Functions[i], module);
        }

        int[] depth = new int[calls.Length]; // 0 not seen, Open on the path, else functions on the longest chain below
        for (int root = 0; root < calls.Length; root++)
        {
            if (depth[root] == 0)
            {
                Visit(root, calls, depth, faults);
            }
        }
    }

    private static Call[] CallsOf(Function function, Module module)
    {
        List<Call>? calls = null;
        ReadOnlySpan<Instruction> body = function.Body.AsSpan();
        for (int at = 0; at < body.Length; at++)
        {
            ref readonly Instruction instruction = ref body[at];
            if (instruction.Row.Variadic && Format.OperandCounts.Of(instruction, module) > 0)
            {
                (calls ??= []).Add(new Call(at, instruction.Operands[0].Index));
            }
        }

        return calls is null ? [] : [.. calls];
    }

    private static void Visit(int root, Call[][] calls, int[] depth, FaultList faults)
    {
        var path = new Stack<Visited>();
        path.Push(new Visited(root, 0, 0));
        depth[root] = Open;
        while (path.TryPop(out Visited top))
        {
            if (top.Next == calls[top.Function].Length)
            {
                depth[top.Function] = top.Deepest + 1;
                if (depth[top.Function] == Limits.CallDepth + 1)
                {
                    faults.Add(FaultCode.LimitExceeded, -1, top.Function);
                }

                continue;
            }

            (int at, int callee) = (calls[top.Function][top.Next].At, calls[top.Function][top.Next].Callee);
            if (depth[callee] == 0)
            {
                path.Push(top);
                path.Push(new Visited(callee, 0, 0));
                depth[callee] = Open;
                continue;
            }

            if (depth[callee] == Open)
            {
                faults.Add(FaultCode.CallCycle, at, top.Function, 0);
            }

            path.Push(new Visited(top.Function, top.Next + 1, Math.Max(top.Deepest, depth[callee])));
        }
    }

    private readonly record struct Call(int At, int Callee);

    /// <summary>A function on the path: which of its calls comes next, and the longest chain below those before.</summary>
    private readonly record struct Visited(int Function, int Next, int Deepest);
}
