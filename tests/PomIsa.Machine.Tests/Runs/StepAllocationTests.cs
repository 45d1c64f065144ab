using PomIsa.Kernels;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Machine.Tests.Runs;

/// <summary>Rounds of a loop over reductions, windows, attention over registers, states and draws take no memory from the collector.</summary>
[Collection(nameof(AllocationTests))]
public sealed class StepAllocationTests
{
    private const int Rounds = 40, From = 12, To = 38;

    private const string Source = """
        .symbol S max 64
        .symbol U max 4
        .state k f32[S, 8] max 64
        .state v f32[S, 8] max 64
        .state h f32[U, 8] max 1
        .weight w f32[1, 8] = 0.5, 1.5, -1, 1.5, 0, 2, 1, 3
        .weight filter f32[2, 1, 1, 3] = 1, 2, 3, 4, 5, 6
        .weight image f32[1, 1, 1, 32] = 1
        .weight logits f32[1, 64] = 0
        .step f(o: f32[1, 8]) -> (y: f32[1, 8], x: f32[1, 64])
            load x, logits
            load a, w
            append k, a
            append v, a
            attention.softcap c, a, k, v, 4, 0.5, 0, 30.0
            attention.cross e, c, a, o, 4, 0.5
            cumsum e, e
            mean m, e
            reduce.max n, e
            reduce.min n2, e
            reduce.prod n3, e
            sum n4, e
            vargmax i, e
            topk t, ids, e, 3
            quantize q, d, e
            load p, image
            conv g, p, filter, 1, 1, 0, 1, 0, 1, 1, 1
            pool.max g2, g, 1, 2, 1, 2, 0, 0, 0, 0, 1, 1
            pool.mean g3, g, 1, 2, 1, 2, 0, 0, 0, 0, 1, 1, 0
            iota r: i64[9], S
            vadd y, e, m
            write h, y
            ret
        .end
        .driver main
        .reg y: f32[1, 8]
        .local p
            zeros y
            push 40
            loop 40
                call f, y -> z, x
                output z, 0
                get p
                sample x
                emit
                get p
                push 1
                add
                set p
                commit
            end
            halt
        .end
        .entry main
        """;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void Rounds_allocate_nothing(int threads, bool attested)
    {
        using BoundProgram program = Programs.Bind(Source);
        using var pool = new WorkerPool(threads);
        long least = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            int seen = 0;
            long before = 0, after = 0;
            var request = new RunRequest
            {
                Sampling = SamplingRunTests.Drawn(0.7f, 0.9f, 40, 7),
                OnToken = _ =>
                {
                    seen++;
                    before = seen == From ? GC.GetTotalAllocatedBytes(precise: true) : before;
                    after = seen == To ? GC.GetTotalAllocatedBytes(precise: true) : after;
                },
            };
            MachineFault fault;
            Assert.True(
                attested
                    ? MachineRun.TryExecute(program, request, default, new Nowhere(), pool, out _, out fault)
                    : MachineRun.TryExecutePlain(program, request, pool, out _, out fault),
                fault.ToString());
            Assert.Equal(Rounds, seen);
            least = Math.Min(least, after - before);
        }

        Assert.Equal(0, least);
    }

    private sealed class Nowhere : IRecordSink
    {
        public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
        {
            refusal = "";
            return true;
        }

        public void Commit()
        {
        }
    }
}
