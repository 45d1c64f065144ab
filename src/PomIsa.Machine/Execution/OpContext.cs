using System.Collections.Immutable;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Weights;

namespace PomIsa.Machine.Execution;

/// <summary>An opcode's work: reads and writes through the context; a code other than None is a trap.</summary>
internal delegate FaultCode Operation(OpContext context);

/// <summary>What an operation sees of the machine. One for each interpreter; it is turned to each instruction in its turn.</summary>
internal sealed class OpContext : IDisposable
{
    private Line _line = null!;
    private int _depth;

    public OpContext(BoundProgram program, WorkerPool pool, RunRequest request)
    {
        Program = program;
        Pool = pool;
        Inputs = request.TensorsFor(program.Module);
        Sampling = request.Sampling;
        Stop = request.Stop;
        Products = request.Products;
        States = [.. program.Module.States.Select(s => new StateBuffer(s))];
        Symbols = new long[program.Module.Symbols.Length];
        Stack = new long[Limits.Stack * (Limits.CallDepth + 1)];
        Locals = [];
        Response = new List<int>((int)Math.Min(program.Verified.Bounds.Retires, MostForeseen));
        Plan = ScratchPlan.For(program.Module);
        Quantized = new RowsScratch(Plan.Quantized, Plan.Scales);
        Accumulators = new Scratch(Plan.Accumulators);
        GroupOffsets = new Scratch(Plan.GroupOffsets);
        Attention = new Scratch(Plan.Attention * pool.Threads);
        Draw = new Scratch(Plan.Draw);
    }

    public BoundProgram Program { get; }

    public WorkerPool Pool { get; }

    /// <summary>What the host gave, in the order of the module's inputs.</summary>
    public ImmutableArray<InputTensor> Inputs { get; }

    /// <summary>How <c>sample</c> chooses.</summary>
    public SamplingParameters Sampling { get; }

    /// <summary>Asks for the run's end.</summary>
    public CancellationToken Stop { get; }

    public ImmutableArray<StateBuffer> States { get; }

    /// <summary>Gives the sums of products where they need not be computed; null: all are.</summary>
    public IProductSource? Products { get; }

    /// <summary>Tokens emitted so far.</summary>
    public List<int> Response { get; }

    /// <summary>Tensors given so far.</summary>
    public RunOutputs Outputs { get; } = new();

    /// <summary>Values of the module's symbols in the running function.</summary>
    public long[] Symbols { get; set; }

    /// <summary>Scalar locals of the running function.</summary>
    public long[] Locals { get; set; }

    public long[] Stack { get; }

    /// <summary>Scalars on the stack.</summary>
    public int Depth => _depth;

    public ScratchPlan Plan { get; }

    /// <summary>Rows that the last quantized product read; see <see cref="Line.SharesRows"/>.</summary>
    public RowsScratch Quantized { get; }

    /// <summary>The sums of the last quantized product.</summary>
    public Scratch Accumulators { get; }

    /// <summary>Whether somebody wants the sums of quantized products; else they are left out.</summary>
    public bool KeepsSums { get; init; }

    /// <summary>Memory for the sums of a quantized product; null where nobody wants them.</summary>
    public unsafe int* PlaceSums(int rows, int columns) => KeepsSums ? Accumulators.Get<int>((long)rows * columns) : null;

    /// <summary>Takes the place of the greatest value in each row of a quantized product, if that is all that is wanted of it; null: values always are.</summary>
    public IRowChoices? Choices { get; init; }

    /// <summary>Values of products that are chosen from, some columns at a time.</summary>
    public Scratch Chosen { get; } = new(planned: 0);

    public Scratch GroupOffsets { get; }

    public Scratch Attention { get; }

    /// <summary>The order and the running sums of a token's draw.</summary>
    public Scratch Draw { get; }

    /// <summary>Set by a quantized product whose sums are kept; empty again for the next instruction.</summary>
    public ProductView Product { get; set; }

    /// <summary>Set by a quantized product for the attester; empty again for the next instruction.</summary>
    public RowsView Rows { get; set; }

    /// <summary>The token of the last <c>emit</c>.</summary>
    public long Emitted { get; set; }

    /// <summary>The instruction that executes.</summary>
    public Line Line => _line;

    public void Begin(Line line)
    {
        _line = line;
        Product = default;
        Rows = default;
    }

    public ref readonly TensorView View(int operand) => ref _line.Views[operand];

    public BoundWeight Weight(int operand) => _line.Weights[operand]!;

    public StateBuffer State(int operand) => _line.States[operand]!;

    public long Symbol(int operand) => Symbols[_line.Operands[operand].Index];

    public Operand Operand(int operand) => _line.Operands[operand];

    public Operand Immediate(int index) => _line.Operands[_line.Immediates + index];

    /// <summary>Runs the items of an operation on the pool.</summary>
    /// <returns>Stopped if the run's end was asked for and items were left out.</returns>
    public FaultCode Share<T>(int count, T work)
        where T : struct, IWork => WritesNothing() || Pool.Run(count, work, Stop) ? FaultCode.None : FaultCode.Stopped;

    /// <summary>The same also where all that the instruction writes is empty: its record commits to what the items make.</summary>
    public FaultCode ShareRecorded<T>(int count, T work)
        where T : struct, IWork => Pool.Run(count, work, Stop) ? FaultCode.None : FaultCode.Stopped;

    /// <summary>Whether all that the instruction writes is empty. Kernels need not know of rows that are not there.</summary>
    private bool WritesNothing()
    {
        foreach (int operand in _line.Written)
        {
            if (_line.Views[operand].Length > 0)
            {
                return false;
            }
        }

        return true;
    }

    public void Push(long value) => Stack[_depth++] = value;

    public long Pop() => Stack[--_depth];

    /// <summary>The last <paramref name="count"/> scalars, the top one last.</summary>
    public ReadOnlySpan<long> Top(int count) => Stack.AsSpan(_depth - count, count);

    public void Dispose()
    {
        foreach (StateBuffer state in States)
        {
            state.Dispose();
        }

        Quantized.Dispose();
        Accumulators.Dispose();
        Chosen.Dispose();
        GroupOffsets.Dispose();
        Attention.Dispose();
        Draw.Dispose();
    }

    // Tokens for which there is room from the start; a longer response makes the list grow. It is small enough to be no large object: of these a few make the collector go through all that lives.
    private const int MostForeseen = 1 << 14;
}
