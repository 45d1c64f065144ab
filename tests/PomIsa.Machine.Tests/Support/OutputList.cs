using PomIsa.Evidence.Commitments;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Tests.Support;

/// <summary>Commitments to all that a run's instructions write, in order; records hold few of them.</summary>
internal sealed class OutputList : IRetireObserver
{
    private readonly CommitmentBatch _batch = new();

    private OutputList()
    {
    }

    public bool WantsSums => true;

    public List<(OpcodeRow Row, Digest[] Commitments)> Retires { get; } = [];

    public IEnumerable<Digest> All => Retires.SelectMany(static r => r.Commitments);

    /// <summary>What a whole run writes.</summary>
    public static OutputList Of(BoundProgram program, RunRequest request, int threads = 1)
    {
        using var pool = new WorkerPool(threads);
        var list = new OutputList();
        using var interpreter = new Interpreter(program, request, pool, list);
        Assert.True(interpreter.TryRun(out MachineFault fault), fault.Describe(program.Module));
        return list;
    }

    /// <summary>The first output of an opcode's first execution.</summary>
    public Digest First(string mnemonic) => Retires.First(r => r.Row.Mnemonic == mnemonic).Commitments[0];

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        OutputCommitments.Add(context, _batch);
        var digests = new Digest[_batch.Count];
        _batch.Flush(digests);
        Retires.Add((context.Line.Row, digests));
        refusal = "";
        return true;
    }
}
