using System.Runtime.InteropServices;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Tests.Support;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Machine.Tests.Runs;

/// <summary>Hashing in the background, in place and in many batches changes no record, and loses none.</summary>
public sealed class AttesterTests
{
    private const int Rows = 64, Columns = 1024, Long = 200_000;

    // Wide tensors, which are hashed where they lie, between long ones, which fill batches, and small ones; each is overwritten soon.
    private const string Source = """
        .step work(w: f32[64, 1024], l: f32[1, 200000], s: f32[3]) -> (x: f32[64, 1024], y: f32[1, 200000], z: f32[3])
            zeros a: f32[64, 1024]
            exp a, a
            vadd x, w, a
            zeros b: f32[1, 200000]
            exp b, b
            vadd y, l, b
            zeros c: f32[3]
            exp c, c
            vadd z, s, c
            ret
        .end
        .driver main
            .local n
            zeros w: f32[64, 1024]
            zeros l: f32[1, 200000]
            zeros s: f32[3]
            push 4
            loop 4
                output w, 0
                output w, 1
                output s, 2
                output l, 3
                call work, w, l, s -> w, l, s
                output l, 4
                output s, 5
                commit
            end
            push 3
            set n
            get n
            loop 2
            end
            halt
        .end
        .entry main
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Records_hold_the_commitments_of_the_definition_with_any_number_of_threads(int threads)
    {
        using BoundProgram program = Programs.Bind(Source.Replace("push 3", "push 2", StringComparison.Ordinal));
        var sink = new Sink();
        Assert.True(TryRun(program, sink, threads, out MachineFault fault), fault.Detail);
        Digest[] expected =
        [
            .. Enumerable.Range(0, 4).SelectMany(static n => (Digest[])[Of(n, Rows, Columns), Of(n, Rows, Columns), Of(n, 3), Of(n, 1, Long), Of(n + 1, 1, Long), Of(n + 1, 3)]),
        ];
        Retire[] retires = [.. sink.Entries.Select(Decode).OfType<Retire>()];
        Assert.Equal(expected, retires.SelectMany(r => r.Commitments));
        Assert.Equal(Enumerable.Range(1, retires.Length), retires.Select(r => (int)r.Head.Sequence));
        Assert.InRange(sink.Commits, threads == 1 ? 4 : 0, 4); // none for what was left when the run had ended
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void A_trap_loses_no_record_from_before_the_last_commit_and_writes_none_from_after_it(int threads)
    {
        using BoundProgram program = Programs.Bind(Source);
        var sink = new Sink();
        Assert.False(TryRun(program, sink, threads, out MachineFault fault));
        Assert.Equal(FaultCode.LoopBound, fault.Code);
        Assert.Equal(4, sink.Commits);
        var last = Assert.IsType<Retire>(Decode(sink.Entries[^1]));
        Assert.True(InstructionTable.TryFind("commit", out OpcodeRow? commit));
        Assert.Equal(commit.Code, last.Head.Opcode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void A_refused_record_ends_the_run_and_no_other_is_offered(int threads)
    {
        using BoundProgram program = Programs.Bind(Source);
        foreach (int at in new[] { 0, 5, 11, 40 })
        {
            var sink = new Sink { RefuseAt = at };
            Assert.False(TryRun(program, sink, threads, out MachineFault fault));
            Assert.Equal((FaultCode.Stopped, "no more"), (fault.Code, fault.Detail));
            Assert.Equal(at, sink.Entries.Count);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_sink_that_throws_ends_the_run_with_its_exception(int threads)
    {
        using BoundProgram program = Programs.Bind(Source);
        Assert.Throws<InvalidDataException>(() => TryRun(program, new Sink { ThrowAt = 13 }, threads, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_long_loop_without_commits_is_recorded_batch_by_batch_in_order(int threads)
    {
        using BoundProgram program = Programs.Bind(".driver main\n.local n\npush 30000\nloop 30000\nget n\nset n\nend\nhalt\n.end\n.entry main");
        var sink = new Sink();
        Assert.True(TryRun(program, sink, threads, out MachineFault fault), fault.Detail);
        ulong[] sequences = [.. sink.Entries.Select(Decode).OfType<Retire>().Select(r => r.Head.Sequence)];
        Assert.Equal(90_003, sequences.Length);
        Assert.All(sequences.Select((s, i) => (s, i)), static p => Assert.Equal((ulong)p.i + 1, p.s));
        Assert.Equal(0, sink.Commits);
    }

    private static bool TryRun(BoundProgram program, Sink sink, int threads, out MachineFault fault)
    {
        using var pool = new WorkerPool(threads);
        return MachineRun.TryExecute(program, new RunRequest { Prompt = [] }, default, sink, pool, out _, out fault);
    }

    private static Digest Of(float value, params int[] shape)
    {
        var values = new float[shape.Aggregate(1, static (a, b) => a * b)];
        Array.Fill(values, value);
        return Commitment.Of((byte)DType.F32, shape, MemoryMarshal.AsBytes<float>(values));
    }

    private static Record Decode(byte[] entry) => Record.TryDecode(entry, out Record record, out _) ? record : throw new InvalidDataException();

    private sealed class Sink : IRecordSink
    {
        private int _refused;

        public List<byte[]> Entries { get; } = [];

        public int Commits { get; private set; }

        public int RefuseAt { get; init; } = -1;

        public int ThrowAt { get; init; } = -1;

        public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
        {
            Assert.Equal(0, _refused);
            if (Entries.Count == ThrowAt)
            {
                throw new InvalidDataException();
            }

            refusal = "no more";
            if (Entries.Count == RefuseAt)
            {
                _refused++;
                return false;
            }

            Entries.Add(entry.ToArray());
            return true;
        }

        public void Commit() => Commits++;
    }
}
