using System.Buffers.Binary;
using PomIsa.Disputes.Outputs;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Records;
using PomIsa.Isa;

namespace PomIsa.Disputes.Values;

/// <summary>The blocks that a proof opens, each held against what the accused says that his run put out before any is read.</summary>
internal sealed class ProvenBlocks : IBlocks
{
    private readonly Module _module;
    private readonly Dictionary<(ulong Index, int Output, long Row, long Block), byte[]> _tensors = [];
    private readonly Dictionary<(int Weight, int Part, long Block), byte[]> _weights = [];
    private readonly Dictionary<long, ulong> _cells = [];
    private readonly InlineBlocks _inline;
    private byte[]? _prompt;

    private ProvenBlocks(Module module) => (_module, _inline) = (module, new InlineBlocks(module));

    public ReadOnlyMemory<byte> Prompt => _prompt ?? throw new NotBroughtException("the prompt is not opened");

    /// <summary>Holds a proof's openings against the leaves of the claim.</summary>
    /// <param name="first">Log index of the run's opening record.</param>
    /// <param name="index">Log index of the record in question.</param>
    /// <param name="leaf">Its leaf.</param>
    public static bool TryMake(Module module, IRunFlow flow, RunOpen open, ValueBody body, ulong first, ulong index, OutputsLeaf leaf, out ProvenBlocks blocks, out string what)
    {
        blocks = new ProvenBlocks(module);
        foreach (OpenedTensor tensor in body.Tensors)
        {
            if (!blocks.TryAdd(flow, body.Outputs, tensor, first, index, leaf))
            {
                what = FormattableString.Invariant($"what is opened of record {tensor.Index} is not what the accused says of it");
                return false;
            }
        }

        if (body.Weights is { } weights)
        {
            if (!weights.IsIn(module, open.Weights))
            {
                what = "what is opened of the weights is not in the manifest that the run was opened with";
                return false;
            }

            foreach (OpenedWeight opened in weights.Tensors)
            {
                for (int i = 0; i < opened.Blocks.Indices.Length; i++)
                {
                    blocks._weights[(opened.Weight, opened.Part, (long)opened.Blocks.Indices[i])] = opened.Blocks.Blocks[i];
                }
            }
        }

        if (body.Prompt is { } prompt)
        {
            if (PromptCommitment.Of(prompt.Salt, prompt.Bytes) != open.Prompt)
            {
                what = "what is opened of the prompt is not what the run was opened with";
                return false;
            }

            blocks._prompt = prompt.Bytes;
        }

        what = "";
        return true;
    }

    /// <summary>Takes cells whose root the accused has signed.</summary>
    public void Add(OpenedBlocks cells)
    {
        for (int i = 0; i < cells.Indices.Length; i++)
        {
            for (int at = 0; at < cells.Blocks[i].Length; at += CellClaim.CellBytes)
            {
                _cells[((long)cells.Indices[i] * (Commitment.BlockBytes / CellClaim.CellBytes)) + (at / CellClaim.CellBytes)] = BinaryPrimitives.ReadUInt64LittleEndian(cells.Blocks[i].AsSpan(at));
            }
        }
    }

    /// <summary>Takes a cell that was evaluated here.</summary>
    public void Add(long cell, ulong value) => _cells[cell] = value;

    public ReadOnlyMemory<byte> Tensor(ulong index, int output, TensorForm form, long row, long block) =>
        _tensors.TryGetValue((index, output, row, block), out byte[]? bytes) ? bytes
        : throw new NotBroughtException(FormattableString.Invariant($"block {block} of row {row} of record {index} is not opened"));

    public ReadOnlyMemory<byte> Weight(int weight, int part, long block) =>
        _inline.TryBlock(weight, part, block, out ReadOnlyMemory<byte> inside) ? inside
        : _weights.TryGetValue((weight, part, block), out byte[]? bytes) ? bytes
        : throw new NotBroughtException(FormattableString.Invariant($"block {block} of weight {weight} is not opened"));

    public ulong Cell(long cell) => _cells.TryGetValue(cell, out ulong value) ? value : throw new NotBroughtException("a cell is not opened");

    private bool TryAdd(IRunFlow flow, OpenedOutputs outputs, OpenedTensor tensor, ulong first, ulong index, OutputsLeaf leaf)
    {
        if (tensor.Index <= first || !outputs.TryLeaf(tensor.Index - first, out ReadOnlySpan<byte> data) || !flow.TryPlace(tensor.Index, out RecordPlace? place))
        {
            return false;
        }

        var subject = new Subject(_module, place, tensor.Index);
        Digest claimed;
        if (tensor.Index == index && tensor.Output == subject.Recorded && leaf.Recorded is [var recorded])
        {
            claimed = recorded;
        }
        else if (!OutputsLeaf.TryWritten(data, subject.Row.WrittenTensors, tensor.Output, out claimed))
        {
            return false;
        }

        if (!tensor.TryCommitment(subject.Form(tensor.Output), out Digest commitment) || commitment != claimed)
        {
            return false;
        }

        for (int i = 0; i < tensor.Rows.Length; i++)
        {
            for (int b = 0; b < tensor.Blocks[i].Indices.Length; b++)
            {
                _tensors[(tensor.Index, tensor.Output, (long)tensor.Rows[i], (long)tensor.Blocks[i].Indices[b])] = tensor.Blocks[i].Blocks[b];
            }
        }

        return true;
    }
}
