using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Machine.Tests.Runs;

/// <summary>Whole programs of views, choices, comparisons and casts.</summary>
[Collection(nameof(AllocationTests))]
public sealed class ViewProgramTests
{
    private const string Declarations = """
        .symbol T max 4
        .input x f32[T, 6]
        .input ids i32[T]
        .step f(x: f32[T, 6], ids: i32[T]) -> (y: f32[T, 2, 9])
            reshape h: f32[T, 2, 3], x
            transpose t, h, [1, 0, 2]
            slice s, t, 2, -1, -2, 2
            slice l, t, 1, -1, 1, 1
            gather g, h, ids, 0
            scatter c, h, ids, g, 0, 1
            concat d, h, g, 2
            split a, b, d, 2, 4
            expand e: f32[2, T, 3], l
            veq m, t, e
            vlt n, t, e
            vor m, m, n
            vnot m, m
            where w, m, t, e
            cast i, w, i64
            abs i, i
            cast j, i, f32
            sqrt j, j
            floor j, j
            zeros z: f32[]
            pad y, d, z, 2, 1, 2
            ret
        .end

        """;

    private const string Body = "input a, x\ninput b, ids\ncall f, a, b -> y\nhalt";

    private static readonly float[] X = [1, -2, 3, 4, 5, -6, 7, 8, 9, 10, 11, 12, 1, 14, 15, -16, 17, 18, 1, 20, 21, 22, 23, -24];

    [Fact]
    public void A_run_uses_what_the_verifier_predicts_and_commits_to_what_the_rules_give()
    {
        using BoundProgram program = Programs.Bind(Source(Body));
        var sink = new Entries();
        Assert.True(Execute(program, Request(4, [3, -4, 1, -1]), sink, out RunOutcome? outcome, out MachineFault fault), fault.Describe(program.Module));
        Bounds bounds = program.Verified.Bounds;
        Assert.Equal(bounds.Retires, outcome!.Retired);
        Assert.Equal(bounds.ArenaBytes, (ulong)outcome.ArenaBytes);
        Assert.Equal(bounds.EvidenceBytes, (ulong)sink.Bytes);

        OutputList outputs = OutputList.Of(program, Request(4, [3, -4, 1, -1]), threads: 2);
        int[] from = [3, 0, 1, 3];
        float[] turned = [.. Enumerable.Range(0, 24).Select(i => X[(i / 3 % 4 * 6) + (i / 12 * 3) + (i % 3)])];
        float[] gathered = [.. Enumerable.Range(0, 24).Select(i => X[(from[i / 6] * 6) + (i % 6)])];
        float[] last = [.. Enumerable.Range(0, 24).Select(i => X[18 + (i / 12 * 3) + (i % 3)])];
        float[] chosen = [.. turned.Zip(last, static (a, b) => a > b ? a : b)];
        Assert.Equal(Of(DType.F32, [2, 4, 3], MemoryMarshal.AsBytes<float>(turned)), outputs.First("transpose"));
        Assert.Equal(Of(DType.F32, [4, 2, 3], MemoryMarshal.AsBytes<float>(gathered)), outputs.First("gather"));
        Assert.Equal(Of(DType.F32, [2, 4, 3], MemoryMarshal.AsBytes<float>(last)), outputs.First("expand"));
        Assert.Equal(Of(DType.F32, [2, 4, 3], MemoryMarshal.AsBytes<float>(chosen)), outputs.First("where"));
        float[] padded = [.. Enumerable.Range(0, 72).Select(i => (i % 9) switch
        {
            0 or > 6 => 0f,
            int k => (k <= 3 ? X : gathered)[(i / 9 * 3) + ((k - 1) % 3)],
        })];
        Assert.Equal(Of(DType.F32, [4, 2, 9], MemoryMarshal.AsBytes<float>(padded)), outputs.First("pad"));
    }

    [Theory]
    [InlineData("gather g, x, ids, 0", FaultCode.ElementOutOfRange)]
    [InlineData("scatter g, x, ids, x, 0, 0", FaultCode.ElementOutOfRange)]
    [InlineData("slice g, x, 0, 0, 2, 2", FaultCode.SliceOutOfRange)]
    [InlineData("slice g, x, 0, -3, 1, 1", FaultCode.SliceOutOfRange)]
    [InlineData("slice g, x, 0, 1, 9223372036854775807, 2", FaultCode.SliceOutOfRange)]
    [InlineData("vdiv g, ids, ids", FaultCode.DivisionByZero)]
    [InlineData("vrem g, ids, ids", FaultCode.DivisionByZero)]
    public void Data_that_an_instruction_cannot_work_with_traps(string line, FaultCode code)
    {
        using BoundProgram program = Programs.Bind(
            $".symbol T max 4\n.input x f32[T, 6]\n.input ids i32[T]\n.step f(x: f32[T, 6], ids: i32[T]) -> (y: f32[T, 6])\n{line}\nvadd y, x, x\nret\n.end\n.driver main\n{Body}\n.end\n.entry main");
        Assert.False(Execute(program, Request(2, [0, -3]), new Entries(), out _, out MachineFault fault));
        Assert.Equal((code, Stage.Trap), (fault.Code, fault.Code.Stage()));
    }

    [Fact]
    public void Tensors_without_elements_go_through_every_view()
    {
        using BoundProgram program = Programs.Bind("""
            .step f(x: f32[0, 3], ids: i64[0]) -> (y: f32[0, 3])
                reshape a: f32[3, 0, 7], x
                transpose b, x, [1, 0]
                slice c, x, 0, 5, 1, 0
                concat d, x, x, 0
                split e, g, x, 1, 3
                gather h, x, ids, 1
                scatter i, x, ids, x, 0, 1
                expand j: f32[2, 0, 3], x
                zeros z: f32[]
                pad k, x, z, 0, 2, 0
                veq m, x, x
                where n, m, x, z
                cast o, x, bool
                vdiv p, ids, ids
                neg y, x
                ret
            .end
            .driver main
                zeros x: f32[0, 3]
                zeros ids: i64[0]
                call f, x, ids -> y
                halt
            .end
            .entry main
            """);
        OutputList outputs = OutputList.Of(program, new RunRequest(), threads: 2);
        Assert.True(Execute(program, new RunRequest(), new Entries(), out RunOutcome? outcome, out MachineFault fault), fault.Describe(program.Module));
        Assert.Equal(program.Verified.Bounds.Retires, outcome!.Retired);
        Assert.Equal(Of(DType.F32, [2, 3], new byte[24]), outputs.First("pad"));
        Assert.Equal(Of(DType.Bool, [0, 3], []), outputs.First("cast"));
    }

    [Fact]
    public void Views_allocate_nothing()
    {
        using BoundProgram program = Programs.Bind(Source("input a, x\ninput b, ids\npush 40\nloop 40\ncall f, a, b -> y\npush 7\nemit\nend\nhalt"));
        using var pool = new WorkerPool(2);
        long least = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            int seen = 0;
            long before = 0, after = 0;
            RunRequest request = Request(4, [3, -4, 1, -1]) with
            {
                OnToken = _ =>
                {
                    seen++;
                    before = seen == 10 ? GC.GetTotalAllocatedBytes(precise: true) : before;
                    after = seen == 40 ? GC.GetTotalAllocatedBytes(precise: true) : after;
                },
            };
            Assert.True(MachineRun.TryExecutePlain(program, request, pool, out _, out MachineFault fault), fault.Describe(program.Module));
            least = Math.Min(least, after - before);
        }

        Assert.Equal(0, least);
    }

    private static string Source(string driver) => $"{Declarations}.driver main\n{driver}\n.end\n.entry main";

    private static RunRequest Request(int rows, int[] ids) => new()
    {
        Inputs =
        [
            new InputTensor(DType.F32, [rows, 6], [.. MemoryMarshal.AsBytes(X.AsSpan(0, rows * 6))]),
            new InputTensor(DType.I32, [rows], [.. MemoryMarshal.AsBytes(ids.AsSpan(0, rows))]),
        ],
    };

    private static bool Execute(BoundProgram program, RunRequest request, Entries sink, out RunOutcome? outcome, out MachineFault fault)
    {
        using var pool = new WorkerPool(2);
        return MachineRun.TryExecute(program, request, default, sink, pool, out outcome, out fault);
    }

    private static Digest Of(DType element, int[] shape, ReadOnlySpan<byte> bytes) => Commitment.Of((byte)element, shape, bytes);

    /// <summary>Counts the bytes of the records of retires.</summary>
    private sealed class Entries : IRecordSink
    {
        public long Bytes { get; private set; }

        public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
        {
            refusal = "";
            Assert.True(Evidence.Records.Record.TryDecode(entry, out Evidence.Records.Record record, out RecordFault fault), fault.ToString());
            Bytes += record is Retire ? entry.Length : 0;
            return true;
        }

        public void Commit()
        {
        }
    }
}
