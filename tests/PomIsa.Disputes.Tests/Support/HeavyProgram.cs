using System.Collections.Immutable;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Traces;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Disputes.Tests.Support;

/// <summary>A program of few instructions that take a checker much: it calls what is large, and both ways are followed in each turn; and what a liar signs of it.</summary>
internal static class HeavyProgram
{
    private const int Emits = 300, Locals = 60, Stack = 20, States = 40, CalleesLocals = 40, CalleesRegisters = 8000, StepsInstructions = 64, Symbols = 3;

    /// <summary>Retires before and behind the turns, and in each.</summary>
    private const int Once = 1 + (2 * Emits) + Stack + 2 + 1, Each = 6 + 4 + StepsInstructions + 1;

    /// <summary>The program.</summary>
    public static string Source(int turns) => $"""
        .symbol S max 4
        .symbol T max 4
        .symbol U max 4
        {Lines(States, static i => $".state s{i} f32[S, 1] max 4")}
        .step twice(a: i32[1]) -> (b: i32[1])
        {Lines(StepsInstructions, static _ => "vadd b, a, a")}
            ret
        .end
        .driver inner(a: i32[1]) -> (b: i32[1])
        {Lines(CalleesLocals, static i => $".local l{i}")}
            push 0
            if
        {Lines(CalleesRegisters - 2, static i => $"zeros z{i}: i32[1]")}
            end
            call twice, a -> b
            ret
        .end
        .driver main
        {Lines(Locals, static i => $".local m{i}")}
            zeros x: i32[1]
        {Lines(Emits, static _ => "push 7\nemit")}
        {Lines(Stack, static _ => "push 1")}
            push {turns}
            loop 100000
                call inner, x -> y
                push 7
                drop
                item x
                brk_if
            end
            halt
        .end
        .entry main
        """;

    /// <summary>The units of work that following it to its closing record takes, as spec/evidence.md, chapter 14 rule 20, counts them.</summary>
    public static int Work(int turns)
    {
        int callOfDriver = 1 + 1 + Symbols + ((CalleesRegisters + CalleesLocals) / 16), callOfStep = 1 + 1 + Symbols + ((StepsInstructions + 1 + States) / 16);
        int secondWay = (2 + Locals + Stack + 1 + Symbols + States) / 4, itsHalt = 1;
        return Once + (turns * (6 + 4 + callOfDriver + callOfStep + secondWay + itsHalt)) + Emits;
    }

    /// <summary>A liar's file: the run was closed where it ends, with another response.</summary>
    public static FaultProof Lie(int turns, LogKey key, out ImmutableArray<byte> module)
    {
        using BoundProgram program = Programs.Bind(Source(turns));
        module = [.. program.Module.Encode()];
        RunOpen open = new RunRequest().Opening(program);
        ulong retired = (ulong)(Once + (turns * Each));
        var close = new RunClose(open.RunId, retired + 1, default, Emits, retired, RunStatus.Finished);
        return Sign(key, FaultKind.Close, retired + 1, [(0, LoggedRun.Encode(open)), (retired + 1, LoggedRun.Encode(close))], Dispute.Bare(program.Module));
    }

    /// <summary>A file about records that are all that its liar has: he signs the tree that they and any hashes give.</summary>
    public static FaultProof Sign(LogKey key, FaultKind kind, ulong index, (ulong Index, byte[] Entry)[] records, byte[] module)
    {
        ulong size = records[^1].Index + 1;
        ulong[] indices = [.. records.Select(static r => r.Index)];
        Digest[] hashes = Multiproof.Build(new NoTree(), size, indices);
        Assert.True(Multiproof.TryRoot(size, indices, [.. records.Select(static r => Merkle.LeafHash(r.Entry))], hashes, out Digest root));
        return new FaultProof(kind, index, key.Verifier, new Checkpoint(key.Name, size, root).Sign(key), module, new ProvenRecords(records), hashes, default);
    }

    private static string Lines(int count, Func<int, string> line) => string.Join('\n', Enumerable.Range(0, count).Select(line));

    private sealed class NoTree : IRangeRoots
    {
        public Digest RootOf(ulong first, ulong count) => Digest.Of("anything"u8);
    }
}
