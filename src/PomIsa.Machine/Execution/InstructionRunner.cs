using System.Diagnostics.CodeAnalysis;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine;

/// <summary>Executes single instructions on tensors in memory, as a compiler does that folds constants.</summary>
/// <remarks>For opcodes without weights, states or scratch. One thread at a time.</remarks>
public sealed unsafe class InstructionRunner : IDisposable
{
    private readonly WorkerPool _pool = new(1);
    private readonly BoundProgram _program;
    private readonly OpContext _context;

    /// <summary>A runner that owns its memory.</summary>
    public InstructionRunner()
    {
        var module = new Isa.Module
        {
            Functions = [new Function { Kind = FunctionKind.Driver, ParameterCount = 0, ResultCount = 0, Registers = [], Body = [Instruction.Of("halt")] }],
        };
        Verifier.TryVerify(module, out VerifiedModule? verified, out _);
        BoundProgram.TryBind(verified!, null, out BoundProgram? program, out _);
        _program = program!;
        _context = new OpContext(_program, _pool, new RunRequest());
    }

    /// <summary>Whether an opcode needs nothing but registers.</summary>
    public static bool CanRun(OpcodeRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return (row.Family is Family.Move or Family.ElementWise or Family.Reduce || row.Mnemonic is "matmul.batch" or "matmul.batch.t")
            && row.Pops == 0 && row.Pushes == 0
            && row.Operands.All(static o => o.Kind == OperandKind.Register)
            && row.Mnemonic is not ("output" or "input");
    }

    /// <summary>Executes an instruction whose operands name entries of <paramref name="types"/>.</summary>
    /// <param name="instruction">Its types have been checked by the row's rule.</param>
    /// <param name="types">Type of each register; constant dimensions.</param>
    /// <param name="contents">Bytes of each register that is read; those that are written are filled in.</param>
    /// <returns>None, or the trap.</returns>
    [SuppressMessage("Design", "CA1062", Justification = "Arrays of a caller that has just made them.")]
    public FaultCode Run(Instruction instruction, TensorType[] types, byte[]?[] contents)
    {
        var buffers = new NativeBuffer[types.Length];
        try
        {
            var views = new TensorView[instruction.Operands.Length];
            for (int i = 0; i < types.Length; i++)
            {
                buffers[i] = new NativeBuffer((long)types[i].Bytes([]));
                contents[i]?.CopyTo(buffers[i].Slice(0, contents[i]!.Length));
            }

            for (int i = 0; i < instruction.Row.Operands.Length; i++)
            {
                int register = instruction.Operands[i].Index;
                views[i] = new TensorView(buffers[register].Data, types[register], []);
            }

            var line = new Line(instruction, _context, views);
            _context.Begin(line);
            FaultCode code = line.Operation!(_context);
            foreach (int written in line.Written)
            {
                contents[instruction.Operands[written].Index] = views[written].Raw.ToArray();
            }

            return code;
        }
        finally
        {
            foreach (NativeBuffer? buffer in buffers)
            {
                buffer?.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _context.Dispose();
        _program.Dispose();
        _pool.Dispose();
    }
}
