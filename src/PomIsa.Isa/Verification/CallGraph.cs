using System.Collections.Immutable;

namespace PomIsa.Isa.Verification;

/// <summary>Calls form no cycle and no chain that is too long.</summary>
internal static class CallGraph
{
    private const int Open = -1;

    /// <summary>Depth-first without recursion: hostile chains may be long.</summary>
    public static void Check(Module module, FaultList faults)
    {
        ImmutableArray<(int At, int Callee)>[] calls = [.. module.Functions.Select(f => CallsOf(f, module))];
        int[] depth = new int[calls.Length]; // 0 not seen, Open on the path, else functions on the longest chain below
        for (int root = 0; root < calls.Length; root++)
        {
            if (depth[root] == 0)
            {
                Visit(root, calls, depth, faults);
            }
        }
    }

    private static ImmutableArray<(int At, int Callee)> CallsOf(Function function, Module module)
    {
        var calls = ImmutableArray.CreateBuilder<(int, int)>();
        ReadOnlySpan<Instruction> body = function.Body.AsSpan();
        for (int at = 0; at < body.Length; at++)
        {
            ref readonly Instruction instruction = ref body[at];
            if (instruction.Row.Variadic && Format.OperandCounts.Of(instruction, module) > 0)
            {
                calls.Add((at, instruction.Operands[0].Index));
            }
        }

        return calls.DrainToImmutable();
    }

    private static void Visit(int root, ImmutableArray<(int At, int Callee)>[] calls, int[] depth, FaultList faults)
    {
        var path = new Stack<(int Function, int Next, int Deepest)>();
        path.Push((root, 0, 0));
        depth[root] = Open;
        while (path.TryPop(out (int Function, int Next, int Deepest) top))
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

            (int at, int callee) = calls[top.Function][top.Next];
            if (depth[callee] == 0)
            {
                path.Push(top);
                path.Push((callee, 0, 0));
                depth[callee] = Open;
                continue;
            }

            if (depth[callee] == Open)
            {
                faults.Add(FaultCode.CallCycle, at, top.Function, 0);
            }

            path.Push((top.Function, top.Next + 1, Math.Max(top.Deepest, depth[callee])));
        }
    }
}
