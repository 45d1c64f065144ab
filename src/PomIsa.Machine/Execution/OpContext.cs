using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Weights;

namespace PomIsa.Machine.Execution;

/// <summary>An opcode's work: reads and writes through the context; a code other than None is a trap.</summary>
internal delegate FaultCode Operation(OpContext context);

/// <summary>The quantized product of the last <c>linear.w8</c>: what its record commits to.</summary>
internal readonly unsafe struct ProductView(float* scales, int* accumulators, int rows, int columns)
{
    public int Rows => rows;

    public int Columns => columns;

    public ReadOnlySpan<float> Scales => new(scales, rows);

    public ReadOnlySpan<int> Accumulators => new(accumulators, rows * columns);
}

/// <summary>What an operation sees of the machine. One for each interpreter; set anew for each instruction.</summary>
internal sealed class OpContext : IDisposable
{
    private readonly TensorView[] _views = new TensorView[8];
    private Instruction _instruction;
    private int _depth;

    public OpContext(BoundProgram program, WorkerPool pool, ImmutableArray<int> prompt)
    {
        Program = program;
        Pool = pool;
        Prompt = prompt;
        States = [.. program.Module.States.Select(s => new StateBuffer(s))];
        Symbols = new long[program.Module.Symbols.Length];
        Stack = new long[Limits.Stack * (Limits.CallDepth + 1)];
        Locals = [];
    }

    public BoundProgram Program { get; }

    public WorkerPool Pool { get; }

    /// <summary>What the host gave as input.</summary>
    public ImmutableArray<int> Prompt { get; }

    public ImmutableArray<StateBuffer> States { get; }

    /// <summary>Tokens emitted so far.</summary>
    public List<int> Response { get; } = [];

    /// <summary>Values of the module's symbols in the running function.</summary>
    public long[] Symbols { get; set; }

    /// <summary>Scalar locals of the running function.</summary>
    public long[] Locals { get; set; }

    public long[] Stack { get; }

    /// <summary>Scalars on the stack.</summary>
    public int Depth => _depth;

    /// <summary>The quantized rows, their scales and the accumulators of a linear.w8.</summary>
    public Scratch Quantized { get; } = new();

    public Scratch Scales { get; } = new();

    public Scratch Accumulators { get; } = new();

    public Scratch Attention { get; } = new();

    /// <summary>Set by linear.w8 for the attester.</summary>
    public ProductView Product { get; set; }

    /// <summary>The token of the last <c>emit</c>.</summary>
    public long Emitted { get; set; }

    public void Begin(in Instruction instruction) => _instruction = instruction;

    public void SetView(int operand, in TensorView view) => _views[operand] = view;

    public ref readonly TensorView View(int operand) => ref _views[operand];

    public BoundWeight Weight(int operand) => Program.Weights[_instruction.Operands[operand].Index];

    public StateBuffer State(int operand) => States[_instruction.Operands[operand].Index];

    public long Symbol(int operand) => Symbols[_instruction.Operands[operand].Index];

    public Operand Operand(int operand) => _instruction.Operands[operand];

    public Operand Immediate(int index) => _instruction.Immediate(index);

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
        Scales.Dispose();
        Accumulators.Dispose();
        Attention.Dispose();
    }
}
