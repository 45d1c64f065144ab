using PomIsa.Isa;
using static PomIsa.Machine.Tests.Vectors.Values;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>Data that moves, and what lasts from step to step. No value changes, so expectations are the operands themselves.</summary>
internal static class MoveVectors
{
    public static IEnumerable<VectorCase> Tail()
    {
        float[] x = With(Wide(5 * 17, 60), (70, -0f), (71, NaNs[0]), (72, Infinity), (73, Tiny));
        foreach (int n in (int[])[1, 2, 5])
        {
            yield return Tail($"the last {n} of five rows", Tensor.F32([5, 17], x), n);
        }

        yield return Tail("one value", Tensor.F32([1, 1], [-0f]), 1);
        yield return Tail("rows of 257", Tensor.F32([2, 257], Wide(514, 61)), 1);
        yield return Tail("i32", Tensor.Whole(DType.I32, [3, 2], 1, -2, int.MaxValue, int.MinValue, 0, -1), 2);
        yield return Tail("i64", Tensor.Whole(DType.I64, [2, 3], 1, -2, 3, long.MaxValue, long.MinValue, -1), 1);
        yield return Tail("i8", Tensor.Whole(DType.I8, [3, 5], [.. W8(15, 62)]), 2);
        yield return new OperandCase("more rows than there are")
        {
            Reads = [Tensor.F32([2, 3], new float[6])],
            Immediates = [Immediate.Of(3u)],
            Into = [(DType.F32, [3, 3])],
            Trap = FaultCode.TailTooLong,
        };
        const string good = ".step f(x: f32[2, 4]) -> (y: f32[1, 4])\n    tail y, x, 1\n    ret\n.end\n";
        yield return Sources.Refused("no rows", FaultCode.BadImmediate, good, Sources.Changed(0, 2, Operand.OfU32(0)));
        yield return Sources.Refused("more rows than there can be", FaultCode.BadImmediate, good, Sources.Changed(0, 2, Operand.OfU32(3)));
    }

    public static IEnumerable<VectorCase> Rows()
    {
        yield return Rows("one row", Tensor.F32([1, 3], [1f, 2f, 3f]), 1);
        yield return Rows("a vector's length", Tensor.Whole(DType.I32, [17], new long[17]), 17);
        yield return Rows("a matrix of 257 rows", Tensor.Whole(DType.I8, [257, 2], new long[514]), 257);
        yield return Rows("rank 4", Tensor.F32([5, 1, 2, 1], new float[10]), 5);
        yield return Sources.Runs("of the prompt", Sources.Driver("input t, p | rows t | emit | halt", Prompt(8)), [3], 4, 7, 8, 9);
        yield return Sources.Runs("of a constant shape", Sources.Driver(".reg x: f32[6, 2] | zeros x | rows x | emit | halt"), [6], 4);
        yield return Sources.Refused(
            "of a scalar", FaultCode.ShapeMismatch, Sources.Driver(".reg x: f32[1] | zeros x | rows x | emit | halt"), Sources.Retyped(0, DType.F32, [], 0));
    }

    public static IEnumerable<VectorCase> Zeros()
    {
        int[][] shapes = [[], [1], [15], [16], [17], [3, 5], [2, 1, 3, 2], [257]];
        foreach (int[] shape in shapes)
        {
            int count = shape.Aggregate(1, static (a, b) => a * b);
            yield return Zeros($"f32[{string.Join(',', shape)}]", Tensor.F32(shape, new float[count]));
        }

        yield return Zeros("i64[3]", Tensor.Whole(DType.I64, [3], new long[3]));
        yield return Zeros("i8[2,3]", Tensor.Whole(DType.I8, [2, 3], new long[6]));
        yield return Zeros("bool[5]", Tensor.Whole(DType.Bool, [5], new long[5]));
        yield return Sources.Invalid(
            "a symbol without a value", FaultCode.UnboundSymbol, Sources.Driver(".reg x: f32[T] | zeros x | halt", ".symbol T max 4"));
    }

    public static IEnumerable<VectorCase> Token()
    {
        foreach (long token in (long[])[0, 1, 65_536, int.MaxValue])
        {
            yield return new OperandCase($"token {token}") { Stack = [-9, token], Writes = [Tensor.Whole(DType.I32, [1], token)] };
        }

        foreach (long token in (long[])[-1, 1L << 31, 1L << 32, long.MinValue, long.MaxValue])
        {
            yield return new OperandCase($"{token} is no token") { Stack = [token], Into = [(DType.I32, [1])], Trap = FaultCode.TokenOutOfRange };
        }

        yield return Sources.Runs("a row of one", Sources.Driver("push 40 | token t | rows t | emit | halt"), [1], 5);
        yield return Sources.Traps("what was emitted before stays", Sources.Driver("push 7 | emit | push -1 | token t | halt"), FaultCode.TokenOutOfRange, [7]);
        yield return Sources.Invalid("an empty stack", FaultCode.StackUnderflow, Sources.Driver("token t | halt"));
    }

    public static IEnumerable<VectorCase> Input()
    {
        yield return Input("one token", 5);
        yield return Input("17 tokens of every size", [0, 1, 255, 256, 65_535, 65_536, int.MaxValue, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
        string count = Sources.Driver("input t, p | rows t | emit | halt", Prompt(4));
        yield return Sources.Runs("the symbol takes the number of rows", count, [4], 4, 1, 2, 3, 4);
        yield return Sources.Runs("asked twice", Sources.Driver("input t, p | input u, p | rows u | emit | halt", Prompt(4)), [2], 5, 9, 9);
        yield return Sources.Traps("nothing given", count, FaultCode.EmptyInput, []);
        yield return Sources.Traps("too long by one", count, FaultCode.InputTooLong, [], 1, 2, 3, 4, 5);
        yield return Sources.Traps(
            "what was emitted before stays", Sources.Driver("push 3 | emit | input t, p | halt", Prompt(1)), FaultCode.InputTooLong, [3], 1, 2);
        yield return Sources.Invalid(
            "in a step", FaultCode.WrongFunctionKind, Prompt(4) + "\n.step f(x: f32[2]) -> (y: f32[2])\n    vadd y, x, x\n    input t, p\n    ret\n.end\n");
    }

    public static IEnumerable<VectorCase> Append()
    {
        float[] old = Wide(12, 70), rows = With(Wide(8, 71), (0, -0f), (1, NaNs[0]), (2, -Infinity), (3, Tiny));
        yield return Append("to none", DType.F32, [4], 5, [], Tensor.F32([2, 4], rows));
        yield return Append("to three, up to the last place", DType.F32, [4], 5, Tensor.F32([], old).Bits, Tensor.F32([2, 4], rows));
        yield return Append("one row of 257", DType.F32, [257], 1, [], Tensor.F32([1, 257], Wide(257, 72)));
        yield return Append("rows of rank 3", DType.F32, [2, 1, 2], 4, Tensor.F32([], old.AsSpan(0, 4)).Bits, Tensor.F32([2, 2, 1, 2], rows));
        yield return Append("i32", DType.I32, [3], 3, Tensor.Whole(DType.I32, [], 1, 2, 3).Bits, Tensor.Whole(DType.I32, [1, 3], -1, int.MinValue, int.MaxValue));
        yield return Append("i64", DType.I64, [1], 2, [], Tensor.Whole(DType.I64, [2, 1], long.MinValue, -1));
        yield return AppendTrap("one row too many", 4, Tensor.F32([2, 4], rows), old);
        yield return AppendTrap("full", 3, Tensor.F32([1, 4], rows.AsSpan(0, 4)), old);
        yield return Sources.Traps("the second step finds no room", StateProgram("call f, x -> y | state.len s | emit | call f, x -> y | halt", 5), FaultCode.StateFull, [3]);
        yield return Sources.Invalid(
            "to one state of two", FaultCode.PartialAppend,
            ".symbol S max 4\n.state k f32[S, 2] max 4\n.state v f32[S, 2] max 4\n.step f(x: f32[1, 2]) -> (y: f32[1, 2])\n    vadd y, x, x\n    append k, x\n    ret\n.end\n");
        yield return Sources.Refused(
            "rows of another width",
            FaultCode.ShapeMismatch,
            ".symbol S max 4\n.state k f32[S, 2] max 4\n.step f(x: f32[1, 2]) -> (y: f32[1, 2])\n    vadd y, x, x\n    append k, x\n    ret\n.end\n",
            Sources.Retyped(0, DType.F32, [1, 3], 0, 1));
    }

    public static IEnumerable<VectorCase> Reset()
    {
        yield return Emptied("no rows", 0);
        yield return Emptied("one row", 1);
        yield return Emptied("all rows", 3);
        yield return Sources.Runs(
            "there is room again", StateProgram("call f, x -> y | reset s | state.len s | emit | call f, x -> y | state.len s | emit | halt", 5), [0, 3], 15);
        yield return Sources.Traps("one state of two: the next step traps", TwoStates("call f, x -> y | reset k | state.len k | emit | state.len v | emit | call f, x -> y | halt"), FaultCode.StatesDisagree, [0, 1]);
        yield return Sources.Runs("both states: the next step runs", TwoStates("call f, x -> y | reset k | reset v | call f, x -> y | state.len v | emit | halt"), [1]);
    }

    public static IEnumerable<VectorCase> StateLength()
    {
        foreach (int rows in (int[])[0, 1, 3])
        {
            yield return new OperandCase($"{rows} rows") { States = [Filled(rows)], Pushes = [rows] };
        }

        yield return Sources.Runs(
            "each step adds its rows", StateProgram("state.len s | emit | call f, x -> y | state.len s | emit | call f, x -> y | state.len s | emit | halt", 6), [0, 3, 6], 16);
    }

    private static string Prompt(int max) => $".symbol P max {max}|.input p i32[P]".Replace('|', '\n');

    /// <summary>zeros x, then the lines; f appends the three rows of x to s. Its call retires 4: call, vadd, append, ret.</summary>
    private static string StateProgram(string lines, int max) =>
        $".symbol S max {max}\n.state s f32[S, 2] max {max}\n"
        + Sources.Function("step f(x: f32[3, 2]) -> (y: f32[3, 2])", "vadd y, x, x | append s, y | ret")
        + Sources.Driver(".reg x: f32[3, 2] | zeros x | " + lines);

    private static string TwoStates(string lines) =>
        ".symbol S max 4\n.state k f32[S, 2] max 4\n.state v f32[S, 2] max 4\n"
        + Sources.Function("step f(x: f32[1, 2]) -> (y: f32[1, 2])", "vadd y, x, x | append k, y | append v, x | ret")
        + Sources.Driver(".reg x: f32[1, 2] | zeros x | " + lines);

    private static StateRows Filled(int rows) => new(DType.F32, [2], 3, Tensor.F32([], Wide(2 * rows, 73)).Bits);

    private static OperandCase Emptied(string name, int rows) => new(name)
    {
        States = [Filled(rows)],
        StatesAfter = [Filled(rows) with { Bits = [] }],
    };

    private static OperandCase Tail(string name, Tensor x, int n)
    {
        int width = x.Shape[1];
        return new OperandCase(name)
        {
            Reads = [x],
            Immediates = [Immediate.Of((uint)n)],
            Writes = [new Tensor(x.Element, [n, width], x.Bits[^(n * width)..])],
        };
    }

    private static OperandCase Rows(string name, Tensor x, long rows) => new(name) { Reads = [x], Pushes = [rows] };

    private static OperandCase Zeros(string name, Tensor y) => new(name) { Writes = [y] };

    private static OperandCase Input(string name, params int[] prompt) => new(name)
    {
        Prompt = prompt,
        Writes = [Tensor.Whole(DType.I32, [prompt.Length], [.. prompt.Select(static p => (long)p)])],
    };

    private static OperandCase Append(string name, DType element, int[] row, int max, ulong[] old, Tensor x)
    {
        var state = new StateRows(element, row, max, old);
        return new OperandCase(name) { Reads = [x], States = [state], StatesAfter = [state with { Bits = [.. old, .. x.Bits] }] };
    }

    private static OperandCase AppendTrap(string name, int max, Tensor x, float[] old) => new(name)
    {
        Reads = [x],
        States = [new StateRows(DType.F32, [4], max, Tensor.F32([], old).Bits)],
        Trap = FaultCode.StateFull,
    };
}
