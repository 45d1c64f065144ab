using PomIsa.Kernels;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Machine.Tests.Runs;

/// <summary>Tokens after the first few take no memory from the collector, on any thread.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests
{
    private const int Tokens = 34, From = 12, To = 32;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    public void Decoding_without_evidence_allocates_nothing(bool quantized, int threads) =>
        Assert.Equal(0, Allocated(quantized, threads, static (program, request, pool) =>
            MachineRun.TryExecutePlain(program, request, pool, out _, out _)));

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    public void Records_and_commitments_allocate_nothing(bool quantized, int threads) =>
        Assert.Equal(0, Allocated(quantized, threads, static (program, request, pool) =>
            MachineRun.TryExecute(program, request, default, new Count(), pool, out _, out _)));

    /// <summary>Bytes that all threads allocate between two tokens of one run; the least of some runs, for the runtime has threads of its own, and a run whose background falls behind takes one more batch.</summary>
    private static long Allocated(bool quantized, int threads, Func<BoundProgram, RunRequest, WorkerPool, bool> run)
    {
        using var decoder = new TinyDecoder(quantized);
        using BoundProgram program = decoder.Bind(TinyDecoder.Generate(Tokens));
        using var pool = new WorkerPool(threads);
        long least = long.MaxValue;
        for (int i = 0; i < 40 && least > 0; i++)
        {
            int seen = 0;
            long before = 0, after = 0;
            var request = new RunRequest
            {
                Prompt = [3, 1, 4],
                OnToken = _ =>
                {
                    seen++;
                    before = seen == From ? GC.GetTotalAllocatedBytes(precise: true) : before;
                    after = seen == To ? GC.GetTotalAllocatedBytes(precise: true) : after;
                },
            };
            Assert.True(run(program, request, pool));
            Assert.Equal(Tokens, seen);
            least = Math.Min(least, after - before);
        }

        return least;
    }

    private sealed class Count : IRecordSink
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
