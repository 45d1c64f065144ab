namespace PomIsa.Isa.Verification;

/// <summary>Calls form no cycle and no chain that is too long.</summary>
internal static class CallGraph
{
    private const int Open = -1;

    /// <summary>Depth-first without recursion: hostile chains may be long.</summary>
    public static void Check(Module module, FaultList faults)
    {
        var calls = new int[module.Functions.Length][];
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i] = CallsOf(module.Functions[i], module);
        }

        int[] depth = new int[calls.Length]; // 0 not seen, Open on the path, else functions on the longest chain below
        var path = new CallPath(calls.Length);
        for (int root = 0; root < calls.Length; root++)
        {
            if (depth[root] == 0)
            {
                Visit(root, calls, depth, path, faults);
            }
        }
    }

    /// <summary>Of each call its instruction, then the callee.</summary>
    private static int[] CallsOf(Function function, Module module)
    {
        List<int>? calls = null;
        ReadOnlySpan<Instruction> body = function.Body.AsSpan();
        for (int at = 0; at < body.Length; at++)
        {
            ref readonly Instruction instruction = ref body[at];
            if (instruction.Row.Variadic && Format.OperandCounts.Of(instruction, module) > 0)
            {
                calls ??= [];
                calls.Add(at);
                calls.Add(instruction.Operands[0].Index);
            }
        }

        return calls is null ? [] : calls.ToArray();
    }

    private static void Visit(int root, int[][] calls, int[] depth, CallPath path, FaultList faults)
    {
        path.Push(root);
        depth[root] = Open;
        while (path.Count > 0)
        {
            int function = path.Function, next = path.Next;
            if (next == calls[function].Length)
            {
                depth[function] = path.Deepest + 1;
                if (depth[function] == Limits.CallDepth + 1)
                {
                    faults.Add(FaultCode.LimitExceeded, -1, function);
                }

                path.Pop();
                continue;
            }

            int callee = calls[function][next + 1];
            if (depth[callee] == 0)
            {
                path.Push(callee);
                depth[callee] = Open;
                continue;
            }

            if (depth[callee] == Open)
            {
                faults.Add(FaultCode.CallCycle, calls[function][next], function, 0);
            }

            path.Pass(depth[callee]);
        }
    }

    /// <summary>The functions from a root to the one that is visited, each there once; of each, which of its calls comes next and the longest chain below those before.</summary>
    private sealed class CallPath(int functions)
    {
        private readonly int[] _functions = new int[functions];
        private readonly int[] _next = new int[functions];
        private readonly int[] _deepest = new int[functions];

        public int Count { get; private set; }

        public int Function => _functions[Count - 1];

        public int Next => _next[Count - 1];

        public int Deepest => _deepest[Count - 1];

        public void Push(int function)
        {
            (_functions[Count], _next[Count], _deepest[Count]) = (function, 0, 0);
            Count++;
        }

        public void Pop() => Count--;

        /// <summary>Goes on behind a call whose chain is so long.</summary>
        public void Pass(int depth)
        {
            _next[Count - 1] += 2;
            _deepest[Count - 1] = Math.Max(_deepest[Count - 1], depth);
        }
    }
}
