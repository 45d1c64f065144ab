using PomIsa.Isa;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>The stack of i64. All results are written by hand.</summary>
internal static class ScalarVectors
{
    private const long Min = long.MinValue, Max = long.MaxValue;

    public static IReadOnlyDictionary<string, Func<IEnumerable<VectorCase>>> All { get; } = new Dictionary<string, Func<IEnumerable<VectorCase>>>
    {
        ["push"] = Push,
        ["drop"] = static () =>
        [
            Stack("takes the top", [5, 6], []),
            Sources.Runs("what lies below stays", Sources.Driver("push 1 | push 2 | drop | emit | halt"), [1], 5),
            Underflow("drop | halt"),
        ],
        ["dup"] = static () =>
        [
            Stack("the least value", [3, Min], [Min, Min]),
            Stack("zero", [0], [0, 0]),
            Sources.Runs("twice the same", Sources.Driver("push 9 | dup | emit | emit | halt"), [9, 9], 5),
            Underflow("dup | emit | emit | halt"),
        ],
        ["swap"] = static () =>
        [
            Stack("the two on top", [7, Min, Max], [Max, Min]),
            Sources.Runs("the lower comes first", Sources.Driver("push 1 | push 2 | push 3 | swap | emit | emit | emit | halt"), [2, 3, 1], 8),
            Underflow("push 1 | swap | emit | emit | halt"),
        ],
        ["get"] = static () =>
        [
            Sources.Runs("a local is zero at first", Sources.Driver(".local a | get a | emit | halt"), [0], 3),
            Sources.Runs("each local is its own", Sources.Driver(".local a | .local b | push 4 | set b | get a | emit | get b | emit | get b | emit | halt"), [0, 4, 4], 9),
            Sources.Runs(
                "a driver's locals are its own and zero at each call",
                Sources.Function("driver f()", ".local a | get a | emit | push 5 | set a | ret")
                + Sources.Driver(".local a | push 8 | set a | call f | call f | get a | emit | halt"),
                [0, 0, 8],
                17),
        ],
        ["set"] = static () =>
        [
            Sources.Runs("the last value counts", Sources.Driver(".local a | push 1 | set a | push 2 | set a | get a | emit | halt"), [2], 7),
            Sources.Runs("negative values stay", Sources.Driver(".local a | push -5 | set a | get a | push 8 | add | emit | halt"), [3], 7),
            Underflow(".local a | set a | halt"),
        ],
        ["add"] = static () => Two("add", (2, 3, 5), (-2, 3, 1), (Max, 1, Min), (Min, -1, Max), (Min, Min, 0), (Max, Min, -1)),
        ["sub"] = static () => Two("sub", (5, 3, 2), (3, 5, -2), (Min, 1, Max), (0, Min, Min), (Max, -1, Min), (Min, Min, 0)),
        ["mul"] = static () => Two("mul", (6, 7, 42), (-6, 7, -42), (0, Min, 0), (Min, -1, Min), (Max, 2, -2), (1L << 32, 1L << 32, 0), (3037000500, 3037000500, -9223372036709301616)),
        ["min"] = static () => Two("min", (2, 3, 2), (3, 2, 2), (-1, 0, -1), (Min, Max, Min), (4, 4, 4)),
        ["max"] = static () => Two("max", (2, 3, 3), (3, 2, 3), (-1, 0, 0), (Min, Max, Max), (4, 4, 4)),
        ["eq"] = static () => Two("eq", (2, 2, 1), (2, 3, 0), (Min, Min, 1), (Min, Max, 0), (1L << 32, 0, 0)),
        ["ne"] = static () => Two("ne", (2, 3, 1), (2, 2, 0), (Min, Min, 0), (Min, Max, 1), (1L << 32, 0, 1)),
        ["lt"] = static () => Two("lt", (2, 3, 1), (3, 2, 0), (2, 2, 0), (Min, Max, 1), (-1, 0, 1), (0, -1, 0)),
        ["le"] = static () => Two("le", (2, 3, 1), (3, 2, 0), (2, 2, 1), (Max, Min, 0), (-1, 0, 1), (0, -1, 0)),
        ["gt"] = static () => Two("gt", (3, 2, 1), (2, 3, 0), (2, 2, 0), (Max, Min, 1), (-1, 0, 0), (0, -1, 1)),
        ["ge"] = static () => Two("ge", (3, 2, 1), (2, 3, 0), (2, 2, 1), (Min, Max, 0), (-1, 0, 0), (0, -1, 1)),
        ["and"] = static () => Two("and", (1, 1, 1), (0, 1, 0), (1, 0, 0), (0, 0, 0), (2, 1, 1), (Min, -1, 1), (1L << 32, 1, 1)),
        ["or"] = static () => Two("or", (1, 1, 1), (0, 1, 1), (1, 0, 1), (0, 0, 0), (2, 4, 1), (Min, 0, 1), (0, 1L << 32, 1)),
        ["not"] = static () =>
        [
            Stack("of zero", [0], [1]),
            Stack("of one", [1], [0]),
            Stack("of minus one", [9, -1], [0]),
            Stack("of the least value", [Min], [0]),
            Stack("of 2^32", [1L << 32], [0]),
            Sources.Runs("twice", Sources.Driver("push 7 | not | not | emit | halt"), [1], 5),
            Underflow("not | emit | halt"),
        ],
    };

    private static IEnumerable<VectorCase> Push()
    {
        foreach (long value in (long[])[0, 1, -1, 63, 64, -64, -65, 1L << 32, Min, Max])
        {
            yield return new OperandCase($"{value}") { Immediates = [Immediate.Of(value)], Pushes = [value] };
        }

        yield return Sources.Runs("the last comes first", Sources.Driver("push 1 | push 2 | emit | emit | halt"), [2, 1], 5);
        yield return Sources.Invalid("left behind at ret", FaultCode.StackImbalance, Sources.Driver("push 1 | ret"));
    }

    private static VectorCase[] Two(string mnemonic, params (long A, long B, long Result)[] rows) =>
    [
        .. rows.Select(r => Stack($"{r.A}, {r.B}", [r.A, r.B], [r.Result])),
        Stack("what lies below stays", [11, rows[0].A, rows[0].B], [rows[0].Result]),
        Sources.Runs(
            "in a program",
            Sources.Driver($"push {rows[0].A} | push {rows[0].B} | {mnemonic} | emit | halt"),
            [(int)rows[0].Result],
            5),
        Underflow($"push 1 | {mnemonic} | emit | halt"),
    ];

    private static OperandCase Stack(string name, long[] stack, long[] pushes) => new(name) { Stack = stack, Pushes = pushes };

    private static ProgramCase Underflow(string lines) => Sources.Invalid("too few scalars", FaultCode.StackUnderflow, Sources.Driver(lines));
}
