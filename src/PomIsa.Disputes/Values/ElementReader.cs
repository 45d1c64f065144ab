using System.Buffers.Binary;
using PomIsa.Evidence.Commitments;
using PomIsa.Isa;
using PomIsa.Kernels.Reference;
using PomIsa.Machine;

namespace PomIsa.Disputes.Values;

/// <summary>Reads single elements of an instruction's operands, of its own outputs, and cells; finds the block that each lies in.</summary>
internal sealed class ElementReader : IDisposable
{
    /// <summary>Elements that one evaluation may read. A check stays within milliseconds by it.</summary>
    public const int MostReads = 1 << 16;

    private readonly Subject _subject;
    private readonly Sources _sources;
    private readonly IBlocks _blocks;
    private readonly Source?[] _operands = new Source?[8];
    private readonly Dictionary<(int State, long Row), (Source, long)> _rows = [];
    private InstructionRunner? _runner;
    private int _reads;

    public ElementReader(Subject subject, Sources sources, IBlocks blocks) => (_subject, _sources, _blocks) = (subject, sources, blocks);

    /// <summary>Whether the number of reads is bounded; a party that computes all of its own cells is not.</summary>
    public bool IsBounded { get; init; } = true;

    /// <summary>How many there may be.</summary>
    public int Most { get; init; } = MostReads;

    public Subject Subject => _subject;

    public ulong Cell(long cell)
    {
        Count();
        return _blocks.Cell(cell);
    }

    /// <summary>An element of a register or state that is read, as bits.</summary>
    public ulong Read(int operand, long element)
    {
        if (element < 0 || element >= _subject.Length(operand))
        {
            throw new NotBroughtException("an element outside of its tensor is read");
        }

        if (_subject.Row.KindAt(operand) != OperandKind.State)
        {
            return Stored(_operands[operand] ??= _sources.Register(_subject.Place, _subject.Index, _subject.Register(operand)), element);
        }

        int state = _subject.Instruction.Operands[operand].Index;
        long width = Subject.Product([.. _subject.Module.States[state].Row]);
        (int, long) key = (state, element / width);
        if (!_rows.TryGetValue(key, out (Source Source, long Row) found))
        {
            _rows[key] = found = _sources.StateRow(_subject, state, element / width);
        }

        return Stored(found.Source, (found.Row * width) + (element % width));
    }

    public float F32(int operand, long element) => Bits.F32(Read(operand, element));

    public long Whole(int operand, long element) => Bits.Whole(Read(operand, element), _subject.Element(operand));

    /// <summary>An element of what the accused's record itself commits to; of a product, of its scales and sums.</summary>
    public ulong Own(int output, long element)
    {
        Count();
        return Element(_subject.Index, output, _subject.Form(output), element);
    }

    /// <summary>Bytes of a weight's stored tensor as a number, at most eight.</summary>
    public ulong Weight(int operand, int part, long at, int size) => WeightBytes(_subject, operand, part, at, size);

    public ReadOnlyMemory<byte> Prompt => _blocks.Prompt;

    /// <summary>Executes the subject's instruction on one element of each operand that is read, by the machine's own kernels.</summary>
    /// <param name="read">Their bits, in operand order.</param>
    public ulong Execute(params ReadOnlySpan<ulong> read) => Execute(_subject.Instruction, _subject.Element, read);

    /// <summary>Executes an instruction that needs nothing but registers, on one element of each.</summary>
    public ulong Execute(Instruction instruction, Func<int, DType> element, ReadOnlySpan<ulong> read)
    {
        int operands = instruction.Row.Operands.Length, next = 0, written = -1;
        var types = new TensorType[operands];
        var contents = new byte[]?[operands];
        var given = new Operand[instruction.Operands.Length];
        for (int i = 0; i < given.Length; i++)
        {
            given[i] = i < operands ? Operand.Of(i) : instruction.Operands[i];
        }

        for (int i = 0; i < operands; i++)
        {
            types[i] = TensorType.Of(element(i), 1);
            if (instruction.Row.Operands[i].Effect == Effect.Write)
            {
                written = i;
                continue;
            }

            var bytes = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, read[next++]);
            contents[i] = bytes[..DTypes.SizeOf(types[i].Element)];
        }

        FaultCode code = (_runner ??= new InstructionRunner()).Run(new Instruction(instruction.Row, [.. given]), types, contents);
        return code == FaultCode.None ? Number(contents[written]!) : throw new TrapsException($"{instruction.Row.Mnemonic} traps: {code}");
    }

    public void Dispose() => _runner?.Dispose();

    /// <summary>An element of a tensor that a record commits to, or that follows from the product that it commits to.</summary>
    private ulong Stored(Source source, long element)
    {
        Count();
        if (source.By is not { } product)
        {
            return Element(source.Index, source.Output, source.Form, element);
        }

        long columns = source.Form.Dimensions[1], row = element / columns, column = element % columns, start = row * (columns + 1);
        float scale = Bits.F32(Element(source.Index, 0, source.Form, start));
        int sum = (int)Element(source.Index, 0, source.Form, start + 1 + column);
        int part = WeightStorage.Of(product.Weight(2)).Length - 1;
        return Bits.Of(Quantized.Dequantize(sum, scale, Bits.F32(WeightBytes(product, 2, part, sizeof(float) * column, sizeof(float)))));
    }

    private ulong Element(ulong index, int output, TensorForm form, long element)
    {
        if (element < 0 || element >= form.Elements)
        {
            throw new NotBroughtException("an element outside of its tensor is read");
        }

        (long row, long block, int at) = form.Find(element);
        return Number(_blocks.Tensor(index, output, form, row, block).Span.Slice(at, form.ElementBytes));
    }

    private ulong WeightBytes(Subject of, int operand, int part, long at, int size)
    {
        Count();
        int weight = of.Instruction.Operands[operand].Index;
        return Number(_blocks.Weight(weight, part, at / Commitment.BlockBytes).Span.Slice((int)(at % Commitment.BlockBytes), size));
    }

    private void Count()
    {
        if (IsBounded && ++_reads > Most)
        {
            throw new TooMuchException();
        }
    }

    private static ulong Number(ReadOnlySpan<byte> bytes)
    {
        ulong number = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            number = (number << 8) | bytes[i];
        }

        return number;
    }
}
