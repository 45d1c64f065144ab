using PomIsa.Disputes.Protocol;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Disputes.Tests.Support;

/// <summary>Programs that take several inputs in any order, and one that counts what it was given.</summary>
internal static class InputPrograms
{
    /// <summary>Answers with the number of words that it was given.</summary>
    public const string Counting = """
        .symbol P max 8
        .input words i32[P]
        .driver main
            input x: i32[P], words
            rows x
            emit
            halt
        .end
        .entry main
        """;

    private const string Inputs = """
        .symbol P max 8
        .symbol S max 9
        .input left i32[P]
        .input right i32[S, 3]
        .input whole i32[2]

        """;

    public static RunRequest Given(int left, int right) => new()
    {
        Inputs = [Tensor(10, left), Tensor(100, right, 3), Tensor(1000, 2)],
    };

    private static InputTensor Tensor(int first, params int[] shape) =>
        new(DType.I32, [.. shape], [.. Enumerable.Range(first, shape.Aggregate(1, static (a, b) => a * b)).SelectMany(BitConverter.GetBytes)]);

    public static BoundProgram Program(string body) => Programs.Bind($"""
        {Inputs}
        .driver inner
            input c: i32[2], whole
            input a: i32[P], left
            input b: i32[S, 3], right
            ret
        .end

        .driver main
        {body}
        .end

        .entry main
        """);

    /// <summary>Who was given five words, and executes the program on other words that he says are those.</summary>
    public static Party Other(LyingMachine machine, BoundProgram program, int words)
    {
        byte[][] other = LoggedRun.Of(program, Words(words));
        var run = Digest.Of(machine.Run[0]);
        byte[][] lie = [machine.Run[0], .. Enumerable.Range(1, other.Length - 1).Select(at => LoggedRun.With(other, at, r => r is Retire retire ? retire with { Head = retire.Head with { RunId = run } } : (RunClose)r with { RunId = run })[at])];
        return machine.Answering(lie, program, Words(words));
    }

    public static RunRequest Words(int count) => new() { Prompt = [.. Enumerable.Range(20, count)] };
}
