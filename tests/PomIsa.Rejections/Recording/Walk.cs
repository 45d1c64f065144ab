using System.Buffers.Binary;
using System.Security.Cryptography;
using PomIsa.Rejections.Encoding;
using PomIsa.Rejections.Modules;

namespace PomIsa.Rejections.Recording;

/// <summary>Walks through a small program as spec/bytecode.md, chapter 5, and spec/runs.md say, and writes down every record.</summary>
/// <remarks>
/// It knows control, scalars, and the opcodes that move or keep tensors without computing; a program that traps is none for it. Of products it knows what their
/// records commit to. It adds, and takes the results of products and of all else that computes as zeros: nothing may depend on them, or they must be zeros.
/// </remarks>
internal sealed class Walk
{
    private readonly Draft _draft;
    private readonly Value[] _inputs;
    private readonly byte[] _run;
    private readonly bool[][] _recorded;
    private readonly List<byte[]>[] _states;
    private readonly List<byte[]> _records = [];
    private readonly List<int> _emits = [];
    private uint _step;
    private (int Symbol, int Value)[] _bound = [];

    public Walk(Draft draft, params Value[] inputs)
    {
        (_draft, _inputs) = (draft, inputs);
        _recorded = [.. draft.Functions.Select(Recorded.Of)];
        byte[] open = RecordBytes.Open(SHA256.HashData(draft.Encode()), Commitments.OfPrompt([.. inputs.SelectMany(static i => i.Bytes)]));
        _run = SHA256.HashData(open);
        _states = [.. draft.States.Select(static _ => new List<byte[]>())];
        _records.Add(open);
        Run(draft.Entry, new Value?[draft.Functions[draft.Entry].Registers.Count], new int[draft.Symbols.Count]);
        byte[] response = SHA256.HashData([.. _emits.SelectMany(static t => RecordBytes.Int((uint)t))]);
        ulong retired = (ulong)_records.Count - 1;
        _records.Add(RecordBytes.Close(_run, retired + 1, response, _emits.Count, retired));
    }

    public IReadOnlyList<int> Emits => _emits;

    public IReadOnlyList<byte[]> Records => _records;

    /// <summary>Runs a function on its registers; true where it came to a halt.</summary>
    private bool Run(int index, Value?[] registers, int[] symbols)
    {
        Function function = _draft.Functions[index];
        var stack = new Stack<long>();
        long[] locals = new long[function.Locals];
        var rounds = new Stack<(int Start, long Left)>();
        for (int at = 0; ; at++)
        {
            Code code = function.Body[at];
            int[] operands = [.. code.Pieces.Select(static p => p.Kind == PieceKind.Number ? (int)Leb.ToU32(p.Bytes) : 0)];
            switch (code.Opcode)
            {
                case 0x00 or 0x02:
                    Retire(index, at, code);
                    return code.Opcode == 0;
                case 0x01:
                    Retire(index, at, code);
                    if (Call(operands, registers))
                    {
                        return true;
                    }

                    break;
                case 0x03:
                    long count = stack.Pop();
                    Retire(index, at, code);
                    if (count == 0)
                    {
                        at = Blocks.Behind(function, at, false);
                    }
                    else
                    {
                        rounds.Push((at, count));
                    }

                    break;
                case 0x04 or 0x05:
                    bool leaves = code.Opcode == 0x04 || stack.Pop() != 0;
                    Retire(index, at, code);
                    if (leaves)
                    {
                        at = Blocks.Behind(function, rounds.Pop().Start, false);
                    }

                    break;
                case 0x06:
                    bool skips = stack.Pop() == 0;
                    Retire(index, at, code);
                    at = skips ? Blocks.Behind(function, at, true) : at;
                    break;
                case 0x07:
                    Retire(index, at, code);
                    at = Blocks.Behind(function, at, false);
                    break;
                case 0x08:
                    Retire(index, at, code);
                    if (Blocks.Opening(function, at) is var start && function.Body[start].Opcode == 0x03)
                    {
                        (int first, long left) = rounds.Pop();
                        if (left > 1)
                        {
                            rounds.Push((first, left - 1));
                            at = first;
                        }
                    }

                    break;
                default:
                    Plain(index, at, code, operands, registers, symbols, stack, locals);
                    break;
            }
        }
    }

    private bool Call(int[] operands, Value?[] registers)
    {
        Function callee = _draft.Functions[operands[0]];
        var own = new Value?[callee.Registers.Count];
        int[] symbols = new int[_draft.Symbols.Count];
        var bound = new SortedDictionary<int, int>();
        for (int i = 0; i < callee.Parameters; i++)
        {
            own[i] = registers[operands[1 + i]];
            for (int axis = 0; axis < callee.Registers[i].Shape.Length; axis++)
            {
                if (callee.Registers[i].Shape[axis] is { IsSymbol: true } symbol)
                {
                    bound[symbol.Value] = own[i]!.Shape[axis];
                }
            }
        }

        if (!callee.Driver)
        {
            foreach (Code code in callee.Body.Where(static c => c.Opcode == 0x60))
            {
                int state = (int)Leb.ToU32(code.Pieces[0].Bytes);
                bound[_draft.States[state].Symbol] = _states[state].Count;
            }

            _step++;
            _bound = [.. bound.Select(static b => (b.Key, b.Value))];
        }

        foreach ((int symbol, int value) in bound)
        {
            symbols[symbol] = value;
        }

        bool halted = Run(operands[0], own, symbols);
        for (int i = callee.Parameters; i < callee.Parameters + callee.Results && !halted; i++)
        {
            registers[operands[1 + i]] = own[i];
        }

        return halted;
    }

    private void Plain(int function, int at, Code code, int[] operands, Value?[] registers, int[] symbols, Stack<long> stack, long[] locals)
    {
        long[] pushed = [];
        byte[]? commitment = null;
        switch (code.Opcode)
        {
            case 0x10:
                pushed = [Leb.ToI64(code.Pieces[0].Bytes)];
                break;
            case 0x11:
                stack.Pop();
                break;
            case 0x12:
                long top = stack.Pop();
                pushed = [top, top];
                break;
            case 0x13:
                (long second, long first) = (stack.Pop(), stack.Pop());
                pushed = [second, first];
                break;
            case 0x14:
                pushed = [locals[operands[0]]];
                break;
            case 0x15:
                locals[operands[0]] = stack.Pop();
                break;
            case >= 0x18 and <= 0x24:
                (long b, long a) = (stack.Pop(), stack.Pop());
                pushed = [Arithmetic.Two(code.Opcode, a, b)];
                break;
            case 0x25:
                pushed = [stack.Pop() == 0 ? 1 : 0];
                break;
            case 0x28:
                Value given = registers[operands[0]] = _inputs[operands[1]];
                if (_draft.Inputs[operands[1]].Shape is [{ IsSymbol: true } symbol, ..])
                {
                    symbols[symbol.Value] = given.Shape[0];
                    _bound = [(symbol.Value, given.Shape[0])];
                }

                break;
            case 0x29:
                byte[] token = new byte[4];
                BinaryPrimitives.WriteInt32LittleEndian(token, (int)stack.Pop());
                registers[operands[0]] = new Value(Element.I32, [1], token);
                break;
            case 0x2b:
                pushed = [registers[operands[0]]!.Shape[0]];
                break;
            case 0x2c:
                registers[operands[0]] = Value.Zeros(_draft.Functions[function].Registers[operands[0]], symbols);
                break;
            case 0x2d:
                Weight weight = _draft.Weights[operands[1]];
                registers[operands[0]] = new Value(weight.Element, weight.Shape, _draft.Data.Single(d => d.Weight == operands[1]).Bytes);
                break;
            case 0x2e:
                commitment = Commitments.OfTensor(registers[operands[0]]!);
                break;
            case 0x50 or 0x5d or 0xb2:
                commitment = Commitments.OfTensor(registers[operands[1]]!);
                registers[operands[0]] = Value.Zeros(_draft.Functions[function].Registers[operands[0]], symbols);
                break;
            case 0x51 or 0x58:
                commitment = Quantized.Commitment(registers[operands[1]]!);
                registers[operands[0]] = Value.Zeros(_draft.Functions[function].Registers[operands[0]], symbols);
                break;
            case 0x30:
                registers[operands[0]] = Arithmetic.Sum(registers[operands[1]]!, registers[operands[2]]!);
                break;
            case 0x5c or 0x5e or 0xa0 or 0xa9 or 0xaa or (>= 0x31 and <= 0x3f) or (>= 0x80 and <= 0x99):
                foreach (int written in code.Opcode == 0x5c ? operands[..2] : operands[..1])
                {
                    registers[written] = Value.Zeros(_draft.Functions[function].Registers[written], symbols);
                }

                break;
            case 0x60:
                Value rows = registers[operands[1]]!;
                _states[operands[0]].AddRange(Enumerable.Repeat(Array.Empty<byte>(), rows.Shape[0]));
                break;
            case 0x61:
                _states[operands[0]].Clear();
                break;
            case 0x62:
                pushed = [_states[operands[0]].Count];
                break;
            case 0x70:
                pushed = [stack.Pop()];
                _emits.Add((int)pushed[0]);
                Retire(function, at, code, pushed);
                return;
            case 0x71:
                break;
            default:
                throw new NotSupportedException($"Opcode {code.Opcode:x2}.");
        }

        Array.ForEach(pushed, stack.Push);
        Retire(function, at, code, pushed, _recorded[function][at] ? commitment : null);
    }

    private void Retire(int function, int at, Code code, long[]? scalars = null, byte[]? commitment = null)
    {
        // What was bound belongs to the first record behind the call, or to that of the input.
        (int, int)[] bound = code.Opcode == 0x01 ? [] : _bound;
        _bound = [];
        _records.Add(RecordBytes.Retire(_run, (ulong)_records.Count, _step, function, at, code.Opcode, bound, commitment is null ? [] : [commitment], scalars ?? []));
    }
}
