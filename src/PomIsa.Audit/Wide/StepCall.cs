using System.Buffers.Binary;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Machine;

namespace PomIsa.Audit.Wide;

/// <summary>One call of a step, as a log tells it.</summary>
/// <param name="Arguments">Bytes of each argument.</param>
/// <param name="Rows">Rows of the arguments.</param>
/// <param name="First">Sequence number of the step's first record.</param>
internal sealed record StepCall(byte[][] Arguments, int Rows, int First)
{
    /// <summary>Calls that a run is looked through for.</summary>
    internal const int Most = 1 << 16;

    /// <summary>
    /// The calls of a run, all of one step, whose arguments follow from the host's inputs and from scalars that the log holds. False where they can't be told: that says
    /// nothing of the log, which may hold anything here; the records are compared later.
    /// </summary>
    public static bool TryRead(Module module, RunRequest request, EntryList entries, out int step, out List<StepCall> calls)
    {
        step = -1;
        calls = [];
        Function driver = module.Functions[module.Entry];
        var inputs = request.TensorsFor(module);
        var known = new byte[]?[driver.Registers.Length];
        var stack = new List<long>();
        int told = 0; // scalars of a private run, whose log does not tell them
        for (int at = 1; at < entries.Count - 1; at++)
        {
            if (!Record.TryDecode(entries[at], out Record record, out _) || record is not Retire { Head: var head } retire || head.Function != module.Entry || head.Offset >= driver.Body.Length)
            {
                return false;
            }

            Instruction instruction = driver.Body[(int)head.Offset];
            OpcodeRow row = instruction.Row;
            ReadOnlySpan<long> scalars = retire.Scalars.AsSpan();
            if (request.Privacy is { } hidden)
            {
                int most = Math.Min(row.RecordedScalars, hidden.ToldScalars.Length - told);
                scalars = hidden.ToldScalars.AsSpan(told, most);
                told += most;
            }

            if (row.Code != head.Opcode || stack.Count < row.Pops || scalars.Length < row.Pushes || row.Mnemonic == "reset")
            {
                return false;
            }

            long popped = row.Pops == 0 ? 0 : stack[^row.Pops];
            stack.RemoveRange(stack.Count - row.Pops, row.Pops);
            foreach (long scalar in scalars[^row.Pushes..])
            {
                stack.Add(scalar);
            }

            for (int i = 0; i < row.Operands.Length; i++)
            {
                if (row.Operands[i] is not { Kind: OperandKind.Register, Effect: Effect.Write })
                {
                    continue;
                }

                known[instruction.Operands[i].Index] = row.Mnemonic switch
                {
                    "input" when instruction.Operands[1].Index < inputs.Length => [.. inputs[instruction.Operands[1].Index].Bytes],
                    "token" => Token(popped),
                    _ => null,
                };
            }

            if (row.Code != Opcode.Call)
            {
                continue;
            }

            int callee = instruction.Operands[0].Index;
            Function called = module.Functions[callee];
            var arguments = new byte[]?[called.ParameterCount];
            for (int i = 0; i < arguments.Length; i++)
            {
                arguments[i] = known[instruction.Operands[1 + i].Index];
            }

            if (called.Kind != FunctionKind.Step || (step >= 0 && step != callee) || arguments.Length == 0 || Array.IndexOf(arguments, null) >= 0 || calls.Count == Most)
            {
                return false;
            }

            step = callee;
            int rows = RowsOf(called, arguments!);
            if (rows <= 0)
            {
                return false;
            }

            calls.Add(new StepCall(arguments!, rows, at + 1));
            for (int i = 0; i < called.ResultCount; i++)
            {
                known[instruction.Operands[1 + called.ParameterCount + i].Index] = null;
            }

            at += called.Body.Length; // its own records
        }

        return calls.Count > 0;
    }

    /// <summary>Rows that all arguments have, or -1.</summary>
    internal static int RowsOf(Function step, byte[][] arguments)
    {
        long rows = -1;
        for (int i = 0; i < arguments.Length; i++)
        {
            TensorType type = step.Parameters[i];
            if (type.Rank == 0 || !type.Shape[0].IsSymbol)
            {
                return -1;
            }

            long row = DTypes.SizeOf(type.Element);
            for (int axis = 1; axis < type.Rank; axis++)
            {
                if (type.Shape[axis].IsSymbol)
                {
                    return -1;
                }

                row *= type.Shape[axis].Value;
            }

            if (row == 0 || arguments[i].Length % row != 0 || (rows >= 0 && rows != arguments[i].Length / row))
            {
                return -1;
            }

            rows = arguments[i].Length / row;
        }

        return rows > int.MaxValue ? -1 : (int)rows;
    }

    private static byte[]? Token(long value)
    {
        if (value is < 0 or > int.MaxValue)
        {
            return null;
        }

        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)value);
        return bytes;
    }
}
