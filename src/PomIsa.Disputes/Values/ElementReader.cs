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

    /// <summary>Blocks that are kept at hand, each at the place that its number gives.</summary>
    private const int Recent = 64;

    private readonly Subject _subject;
    private readonly Sources _sources;
    private readonly IBlocks _blocks;
    private readonly Source?[] _operands = new Source?[8];
    private readonly (ulong Index, int Output, long Row, long Block, ReadOnlyMemory<byte> Bytes)[] _recent = new (ulong, int, long, long, ReadOnlyMemory<byte>)[Recent];
    private readonly (int Weight, int Part, long Block, ReadOnlyMemory<byte> Bytes)[] _recentWeights = new (int, int, long, ReadOnlyMemory<byte>)[Recent];
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

    /// <summary>An element of an output of the instruction itself, as the accused's claim has it; of a product, of its scales and sums.</summary>
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
        var contents = new byte[instruction.Row.Operands.Length][];
        for (int i = 0, next = 0; i < contents.Length; i++)
        {
            contents[i] = new byte[sizeof(ulong)];
            if (instruction.Row.Operands[i].Effect != Effect.Write)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(contents[i], read[next++]);
            }

            contents[i] = contents[i][..DTypes.SizeOf(element(i))];
        }

        return Number(Execute(instruction, element, contents));
    }

    private byte[] Execute(Instruction instruction, Func<int, DType> element, byte[]?[] contents)
    {
        int operands = instruction.Row.Operands.Length, written = -1;
        var types = new TensorType[operands];
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
                (written, contents[i]) = (i, null);
            }
        }

        FaultCode code = (_runner ??= new InstructionRunner()).Run(new Instruction(instruction.Row, [.. given]), types, contents);
        return code == FaultCode.None ? contents[written]! : throw new TrapsException($"{instruction.Row.Mnemonic} traps: {code}");
    }

    public void Dispose() => _runner?.Dispose();

    /// <summary>Counts one step of what is bounded.</summary>
    /// <exception cref="TooMuchException">It is one too many.</exception>
    private void Count()
    {
        if (IsBounded && ++_reads > Most)
        {
            throw new TooMuchException();
        }
    }

    /// <summary>An element of an output, or what follows from one that is committed to as a product.</summary>
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

        (long row, long block, int at, int size) = form.Find(element);
        ref (ulong Index, int Output, long Row, long Block, ReadOnlyMemory<byte> Bytes) recent = ref _recent[(int)(((ulong)(row + block + output) + index) % Recent)];
        if (recent.Bytes.IsEmpty || (recent.Index, recent.Output, recent.Row, recent.Block) != (index, output, row, block))
        {
            recent = (index, output, row, block, _blocks.Tensor(index, output, form, row, block));
        }

        return Number(recent.Bytes.Span.Slice(at, size));
    }

    private ulong WeightBytes(Subject of, int operand, int part, long at, int size)
    {
        Count();
        int weight = of.Instruction.Operands[operand].Index;
        long block = at / Commitment.BlockBytes;
        ref (int Weight, int Part, long Block, ReadOnlyMemory<byte> Bytes) recent = ref _recentWeights[(int)((weight + part + block) % Recent)];
        if (recent.Bytes.IsEmpty || (recent.Weight, recent.Part, recent.Block) != (weight, part, block))
        {
            recent = (weight, part, block, _blocks.Weight(weight, part, block));
        }

        return Number(recent.Bytes.Span.Slice((int)(at % Commitment.BlockBytes), size));
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
