using System.Buffers.Binary;
using PomIsa.Disputes.Values.Cells;
using PomIsa.Disputes.Values.Opcodes;
using PomIsa.Evidence.Commitments;

namespace PomIsa.Disputes.Values;

/// <summary>Derives every element of an output from the operands alone: what a record must commit to, whatever it says. Spec: spec/evidence.md, chapter 13.</summary>
internal sealed class WholeOutput : IBlocks, IDisposable
{
    /// <summary>Elements, and rows, that an output may have.</summary>
    public const int MostElements = 1 << 14;

    /// <summary>Cells that are evaluated, and elements and cells that are read, at most: a check stays within milliseconds by it.</summary>
    public const int MostSteps = 1 << 17;

    private readonly Subject _subject;
    private readonly IBlocks _inputs;
    private readonly ElementReader _reader;
    private readonly Dictionary<int, ulong?[]> _elements = [];
    private List<ulong> _cells = [], _common = [];
    private (int Output, long Group) _commonOf = (-1, 0);

    /// <param name="subject">The instruction.</param>
    /// <param name="sources">What wrote its operands.</param>
    /// <param name="inputs">Their blocks, those of weights, and the prompt.</param>
    public WholeOutput(Subject subject, Sources sources, IBlocks inputs)
    {
        (_subject, _inputs) = (subject, inputs);
        _reader = new ElementReader(subject, sources, this) { Most = MostSteps, Derived = Element };
    }

    public ReadOnlyMemory<byte> Prompt => _inputs.Prompt;

    public ReadOnlyMemory<byte> Tensor(ulong index, int output, TensorForm form, long row, long block) => _inputs.Tensor(index, output, form, row, block);

    public ReadOnlyMemory<byte> Weight(int weight, int part, long block) => _inputs.Weight(weight, part, block);

    public ulong Cell(long cell) => _cells[(int)cell];

    /// <summary>The commitment to what follows.</summary>
    /// <exception cref="TooMuchException">The output has too many elements, or they take too many cells or reads.</exception>
    public Digest Commit(int output)
    {
        TensorForm form = Form(output);
        return Commitment.Of(form.DType, form.Dimensions, DerivationTable.IsElementWise(_subject.Row) ? DerivationTable.AllElementWise(_subject, (int)form.Elements, _reader) : Each(output, form));
    }

    public void Dispose() => _reader.Dispose();

    private byte[] Each(int output, TensorForm form)
    {
        var bytes = new byte[form.Bytes];
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        for (int element = 0; element < (int)form.Elements; element++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, Element(output, element));
            word[..form.ElementBytes].CopyTo(bytes.AsSpan(element * form.ElementBytes));
        }

        return bytes;
    }

    /// <summary>An element; one that another follows from (a row's scale, the sum before) is derived when it is first asked for.</summary>
    private ulong Element(int output, long element)
    {
        if (!_elements.TryGetValue(output, out ulong?[]? known))
        {
            _elements[output] = known = new ulong?[Form(output).Elements];
        }

        if (element < 0 || element >= known.Length)
        {
            throw new NotBroughtException("an element outside of its tensor is read");
        }

        return known[element] ??= Derive(output, element);
    }

    private ulong Derive(int output, long element)
    {
        Derivation derivation = DerivationTable.Of(_subject, output, element);
        List<ulong> outer = _cells, cells = [];
        if (derivation.Common > 0)
        {
            if (_commonOf == (output, derivation.Group))
            {
                cells = _common;
                cells.RemoveRange((int)derivation.Common, cells.Count - (int)derivation.Common);
            }

            (_common, _commonOf) = (cells, (output, derivation.Group));
        }

        _cells = cells;
        for (long cell = cells.Count; cell < derivation.Count; cell++)
        {
            _reader.Count();
            cells.Add(derivation.Evaluate(cell, _reader));
        }

        _cells = outer;
        return cells[^1];
    }

    private TensorForm Form(int output) => _subject.Form(output) is var form && form.Elements <= MostElements && form.Rows <= MostElements ? form : throw new TooMuchException();
}
