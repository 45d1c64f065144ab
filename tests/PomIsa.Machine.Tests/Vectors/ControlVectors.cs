using PomIsa.Isa;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>Control, the response and its evidence: whole programs; responses and retire counts are written by hand.</summary>
internal static class ControlVectors
{
    public static IEnumerable<VectorCase> Halt() =>
    [
        Sources.Runs("nothing else", Sources.Driver("halt"), [], 1),
        Sources.Runs("the stack may hold anything", Sources.Driver("push 1 | push 2 | halt"), [], 3),
        Sources.Runs("in a branch that is taken", Sources.Driver("push 1 | if | push 5 | emit | halt | end | push 6 | emit | halt"), [5], 5),
        Sources.Runs("in a branch that is not taken", Sources.Driver("push 0 | if | push 5 | emit | halt | end | push 6 | emit | halt"), [6], 5),
        Sources.Runs("in a loop", Sources.Driver("push 9 | loop 9 | push 4 | emit | halt | end | halt"), [4], 5),
        Sources.Runs("in a called driver ends the run", Sources.Function("driver f()", "push 3 | emit | halt") + Sources.Driver("call f | push 4 | emit | halt"), [3], 4),
        Invalid("something follows", FaultCode.UnreachableCode, "halt | push 1 | emit | halt"),
        Sources.Invalid("in a step", FaultCode.WrongFunctionKind, Sources.Function("step f(x: f32[2]) -> (y: f32[2])", "vadd y, x, x | halt")),
    ];

    public static IEnumerable<VectorCase> Call() =>
    [
        Sources.Runs("a driver", Sources.Function("driver f()", "push 3 | emit | ret") + Sources.Driver("call f | call f | push 4 | emit | halt"), [3, 3, 4], 11),
        Sources.Runs("two deep", Sources.Function("driver g()", "push 1 | emit | ret") + Sources.Function("driver f()", "call g | push 2 | emit | ret") + Sources.Driver("call f | push 3 | emit | halt"), [1, 2, 3], 11),
        Sources.Runs("a step binds its symbol by the argument", SymbolStep("call f, x -> y | rows y | emit | halt"), [3], 7),
        Sources.Runs(
            "arguments and results go by their places",
            ".symbol T max 4\n.symbol U max 4\n"
            + Sources.Function("step f(a: f32[T, 2], b: f32[U, 2]) -> (y: f32[U, 2], z: f32[T, 2])", "exp y, b | exp z, a | ret")
            + Sources.Driver(".reg x: f32[3, 2] | .reg w: f32[2, 2] | zeros x | zeros w | call f, x, w -> y, z | rows y | emit | rows z | emit | halt"),
            [2, 3],
            11),
        Sources.Runs("the callee has a stack of its own", Sources.Function("driver f()", "push 7 | emit | ret") + Sources.Driver("push 5 | call f | emit | halt"), [7, 5], 7),
        Sources.Runs(
            "a driver with a parameter and a result",
            ".symbol T max 4\n" + Sources.Function("step g(x: f32[T, 2]) -> (y: f32[T, 2])", "exp y, x | ret")
            + Sources.Function("driver f(x: f32[T, 2]) -> (y: f32[T, 2])", "call g, x -> y | ret")
            + Sources.Driver(".reg x: f32[3, 2] | zeros x | call f, x -> y | rows y | emit | halt"),
            [3],
            9),
        Sources.Refused(
            "an argument of another shape",
            FaultCode.ShapeMismatch,
            Sources.Function("step f(a: f32[2]) -> (y: f32[2])", "vadd y, a, a | ret") + Sources.Driver(".reg x: f32[2] | zeros x | call f, x -> y | halt"),
            Sources.Retyped(1, DType.F32, [3], 0)),
        Sources.Invalid("a cycle", FaultCode.CallCycle, Sources.Function("driver f()", "call g | ret") + Sources.Function("driver g()", "call f | ret") + Sources.Driver("call f | halt")),
        Sources.Invalid("itself", FaultCode.CallCycle, Sources.Function("driver f()", "call f | ret") + Sources.Driver("call f | halt")),
        Sources.Refused("more rows than the callee's symbol allows", FaultCode.SymbolMaximum, SymbolStep("call f, x -> y | halt"), Sources.Retyped(1, DType.F32, [5, 2], 0, 1)),
    ];

    public static IEnumerable<VectorCase> Ret() =>
    [
        Sources.Runs("from the entry ends the run", Sources.Driver("push 2 | emit | ret"), [2], 3),
        Sources.Runs("early, from a branch", Sources.Function("driver f()", "push 1 | if | push 8 | emit | ret | end | push 9 | emit | ret") + Sources.Driver("call f | push 1 | emit | ret"), [8, 1], 9),
        Sources.Runs("from inside a loop", Sources.Function("driver f()", "push 5 | loop 5 | push 8 | emit | ret | end | ret") + Sources.Driver("call f | call f | ret"), [8, 8], 13),
        Invalid("missing", FaultCode.MissingReturn, "push 1 | emit"),
        Sources.Invalid("a result that is not written", FaultCode.ReadBeforeWrite, Sources.Function("step f(x: f32[2]) -> (y: f32[2])", "exp z, x | ret")),
    ];

    public static IEnumerable<VectorCase> Loop() =>
    [
        Sources.Runs("no rounds: the end does not retire", Sources.Driver("push 0 | loop 3 | push 1 | emit | end | halt"), [], 3),
        Sources.Runs("one round", Sources.Driver("push 1 | loop 3 | push 1 | emit | end | halt"), [1], 6),
        Sources.Runs("as many as allowed", Sources.Driver("push 3 | loop 3 | push 1 | emit | end | halt"), [1, 1, 1], 12),
        Sources.Runs("in each other", Sources.Driver("push 2 | loop 2 | push 3 | loop 3 | push 4 | emit | end | push 5 | emit | end | halt"), [4, 4, 4, 5, 4, 4, 4, 5], 31),
        Sources.Runs("the count is a computed scalar", Sources.Driver(".local n | push 2 | set n | get n | loop 9 | get n | emit | get n | push 1 | sub | set n | end | halt"), [2, 1], 19),
        Sources.Traps("one over the bound", Sources.Driver("push 6 | emit | push 4 | loop 3 | end | halt"), FaultCode.LoopBound, [6]),
        Sources.Traps("a negative count", Sources.Driver("push -1 | loop 3 | end | halt"), FaultCode.LoopBound, []),
        Sources.Traps("2^32 does not wrap to none", Sources.Driver("push 4294967296 | loop 4294967295 | end | halt"), FaultCode.LoopBound, []),
        Sources.Traps("the second time", Sources.Driver("push 2 | loop 2 | push 1 | emit | end | push 3 | loop 2 | push 2 | emit | end | halt"), FaultCode.LoopBound, [1, 1]),
        Invalid("no bound", FaultCode.UnboundedLoop, "push 0 | loop 0 | end | halt"),
        Invalid("no count", FaultCode.StackUnderflow, "loop 1 | end | halt"),
        Invalid("a round leaves a scalar", FaultCode.StackImbalance, "push 1 | loop 1 | push 1 | end | halt"),
    ];

    public static IEnumerable<VectorCase> Brk() =>
    [
        Sources.Runs("in the first round", Sources.Driver("push 5 | loop 5 | push 1 | emit | brk | end | push 2 | emit | halt"), [1, 2], 8),
        Sources.Runs("through an if, leaving one loop of two", Sources.Driver("push 2 | loop 2 | push 9 | loop 9 | push 1 | if | brk | end | end | push 3 | emit | end | halt"), [3, 3], 19),
        Invalid("outside a loop", FaultCode.Nesting, "brk"),
        Invalid("something follows", FaultCode.UnreachableCode, "push 1 | loop 1 | brk | push 1 | emit | end | halt"),
        Invalid("a scalar too many", FaultCode.StackImbalance, "push 1 | loop 1 | push 4 | brk | end | halt"),
    ];

    public static IEnumerable<VectorCase> BrkIf() =>
    [
        Sources.Runs("zero goes on, anything else leaves", Sources.Driver("push 3 | loop 3 | push 1 | emit | push 0 | brk_if | push 2 | emit | push -7 | brk_if | push 3 | emit | end | halt"), [1, 2], 11),
        Sources.Runs(
            "after three rounds",
            Sources.Driver(".local n | push 9 | loop 9 | get n | emit | get n | push 1 | add | dup | set n | push 3 | eq | brk_if | end | halt"),
            [0, 1, 2],
            35),
        Sources.Runs("2^32 is not zero", Sources.Driver("push 2 | loop 2 | push 4294967296 | brk_if | push 1 | emit | end | halt"), [], 5),
        Invalid("outside a loop", FaultCode.Nesting, "push 1 | brk_if | halt"),
        Invalid("no condition", FaultCode.StackUnderflow, "push 1 | loop 1 | brk_if | end | halt"),
    ];

    public static IEnumerable<VectorCase> If() =>
    [
        Sources.Runs("not zero: the branch, then its end", Sources.Driver("push 1 | if | push 5 | emit | end | halt"), [5], 6),
        Sources.Runs("zero: behind the end, which does not retire", Sources.Driver("push 0 | if | push 5 | emit | end | halt"), [], 3),
        Sources.Runs("zero: behind the else", Sources.Driver("push 0 | if | push 5 | emit | else | push 6 | emit | end | halt"), [6], 6),
        Sources.Runs("-1 and 2^32 are not zero", Sources.Driver("push -1 | if | push 5 | emit | end | push 4294967296 | if | push 6 | emit | end | halt"), [5, 6], 11),
        Sources.Runs("in each other", Sources.Driver("push 1 | if | push 0 | if | push 5 | emit | else | push 6 | emit | end | else | push 7 | emit | end | halt"), [6], 9),
        Invalid("never closed", FaultCode.Nesting, "push 1 | if | halt"),
        Invalid("a branch leaves a scalar", FaultCode.StackImbalance, "push 1 | if | push 5 | end | halt"),
        Invalid("a register that only one branch writes", FaultCode.ReadBeforeWrite, ".reg x: f32[2] | push 1 | if | zeros x | end | rows x | emit | halt"),
    ];

    public static IEnumerable<VectorCase> Else() =>
    [
        Sources.Runs("reached from above it retires, and the end does not", Sources.Driver("push 1 | if | push 5 | emit | else | push 6 | emit | end | halt"), [5], 6),
        Sources.Runs("jumped over it does not retire", Sources.Driver("push 0 | if | push 5 | emit | else | push 6 | emit | end | halt"), [6], 6),
        Sources.Runs("both branches write a register", Sources.Driver(".reg x: f32[2] | push 0 | if | zeros x | else | zeros x | end | rows x | emit | halt"), [2], 7),
        Invalid("without an if", FaultCode.Nesting, "else | halt"),
        Invalid("twice", FaultCode.Nesting, "push 1 | if | else | else | end | halt"),
        Invalid("of a loop", FaultCode.Nesting, "push 1 | loop 1 | else | end | halt"),
    ];

    public static IEnumerable<VectorCase> End() =>
    [
        Sources.Runs("retires in each round", Sources.Driver("push 4 | loop 4 | end | halt"), [], 7),
        Sources.Runs("of an empty if", Sources.Driver("push 1 | if | end | push 0 | if | end | halt"), [], 6),
        Invalid("without a block", FaultCode.Nesting, "end | halt"),
        Invalid("once too often", FaultCode.Nesting, "push 1 | if | end | end | halt"),
    ];

    public static IEnumerable<VectorCase> Emit() =>
    [
        Sources.Runs("one token", Sources.Driver("push 5 | emit | halt"), [5], 3),
        Sources.Runs("none", Sources.Driver("halt"), [], 1),
        Sources.Runs("the same twice", Sources.Driver("push 0 | emit | push 0 | emit | halt"), [0, 0], 5),
        Sources.Runs("the greatest", Sources.Driver("push 2147483647 | emit | halt"), [int.MaxValue], 3),
        Sources.Traps("a negative one", Sources.Driver("push 8 | emit | push -1 | emit | halt"), FaultCode.TokenOutOfRange, [8]),
        Sources.Traps("2^31", Sources.Driver("push 2147483648 | emit | halt"), FaultCode.TokenOutOfRange, []),
        Sources.Traps("2^32 does not wrap to zero", Sources.Driver("push 4294967296 | emit | halt"), FaultCode.TokenOutOfRange, []),
        Invalid("an empty stack", FaultCode.StackUnderflow, "emit | halt"),
        Sources.Invalid("in a step", FaultCode.WrongFunctionKind, Sources.Function("step f(x: f32[2]) -> (y: f32[2])", "vadd y, x, x | emit | ret")),
    ];

    public static IEnumerable<VectorCase> Commit() =>
    [
        Sources.Runs("nothing that a program can see", Sources.Driver("push 5 | commit | emit | commit | halt"), [5], 5),
        Sources.Runs("in each round", Sources.Driver("push 2 | loop 2 | push 1 | emit | commit | end | halt"), [1, 1], 11),
        Sources.Runs("twice in a row and first", Sources.Driver("commit | commit | halt"), [], 3),
        Sources.Invalid("in a step", FaultCode.WrongFunctionKind, Sources.Function("step f(x: f32[2]) -> (y: f32[2])", "vadd y, x, x | commit | ret")),
    ];

    /// <summary>zeros x: f32[3, 2], then the lines; f doubles any number of rows up to 4.</summary>
    private static string SymbolStep(string lines) =>
        ".symbol T max 4\n" + Sources.Function("step f(x: f32[T, 2]) -> (y: f32[T, 2])", "vadd y, x, x | ret")
        + Sources.Driver(".reg x: f32[3, 2] | zeros x | " + lines);

    private static ProgramCase Invalid(string name, FaultCode code, string lines) => Sources.Invalid(name, code, Sources.Driver(lines));
}
