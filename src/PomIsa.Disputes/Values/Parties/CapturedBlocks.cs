using System.Buffers.Binary;
using System.Runtime.InteropServices;
using PomIsa.Disputes.Outputs;
using PomIsa.Disputes.Values.Openings;
using PomIsa.Evidence.Commitments;
using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Machine.Weights;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>The blocks of a run that a party has computed; notes which ones were read, for these are what a proof opens.</summary>
internal sealed class CapturedBlocks(BoundProgram program, RunRequest request, IRunValues values) : IBlocks
{
    private readonly InlineBlocks _inline = new(program.Module);
    private readonly Dictionary<(int Weight, int Part, long Block), byte[]> _weights = [];
    private byte[]? _prompt;

    /// <summary>Blocks of tensors that were read.</summary>
    public SortedSet<(ulong Index, int Output, ulong Row, ulong Block)> Tensors { get; } = [];

    /// <summary>How the tensors that were read are committed.</summary>
    public Dictionary<(ulong Index, int Output), TensorForm> Forms { get; } = [];

    /// <summary>Bytes of the blocks that were read.</summary>
    public int ReadBytes { get; private set; }

    /// <summary>Blocks of weights that were read and are not in the module.</summary>
    public SortedSet<(int Weight, int Part, ulong Block)> Weights { get; } = [];

    /// <summary>Cells that were read.</summary>
    public SortedSet<long> CellsRead { get; } = [];

    /// <summary>Whether the prompt was read.</summary>
    public bool ReadsPrompt { get; private set; }

    /// <summary>Cells that were evaluated.</summary>
    public List<ulong> Cells { get; init; } = [];

    /// <summary>Blocks of the record in question as the accused opens them; null: as they are here.</summary>
    public Func<int, long, long, ReadOnlyMemory<byte>>? Accused { get; init; }

    /// <summary>The record in question.</summary>
    public ulong Index { get; init; }

    public ReadOnlyMemory<byte> Prompt
    {
        get
        {
            ReadsPrompt = true;
            return _prompt ??= PromptOf(request);
        }
    }

    /// <summary>The bytes that a prompt's commitment is over.</summary>
    public static byte[] PromptOf(RunRequest request) => request.Inputs.IsEmpty
        ? MemoryMarshal.AsBytes(request.Prompt.AsSpan()).ToArray()
        : [.. request.Inputs.SelectMany(static input => input.Bytes)];

    public ReadOnlyMemory<byte> Tensor(ulong index, int output, TensorForm form, long row, long block)
    {
        Forms[(index, output)] = form;
        if (Tensors.Add((index, output, (ulong)row, (ulong)block)))
        {
            ReadBytes += form.BlockBytes(block);
        }

        if (index == Index && Accused is not null)
        {
            return Accused(output, row, block);
        }

        return values.TryBytes(index, output, out ReadOnlyMemory<byte> bytes) && bytes.Length == form.Bytes
            ? bytes.Slice((int)((row * form.RowBytes) + (block * Commitment.BlockBytes)), form.BlockBytes(block))
            : throw new NotBroughtException(FormattableString.Invariant($"what record {index} put out is not at hand"));
    }

    public ReadOnlyMemory<byte> Weight(int weight, int part, long block)
    {
        if (_inline.TryBlock(weight, part, block, out ReadOnlyMemory<byte> inside))
        {
            return inside;
        }

        if (!_weights.TryGetValue((weight, part, block), out byte[]? bytes))
        {
            Weights.Add((weight, part, (ulong)block));
            ReadOnlySpan<byte> stored = Stored(program.Weights[weight], part);
            int from = checked((int)(block * Commitment.BlockBytes));
            _weights[(weight, part, block)] = bytes = stored.Slice(from, Math.Min(Commitment.BlockBytes, stored.Length - from)).ToArray();
            ReadBytes += bytes.Length;
        }

        return bytes;
    }

    public ulong Cell(long cell)
    {
        CellsRead.Add(cell);
        return Cells[(int)cell];
    }

    /// <summary>The evaluated cells' bytes, as a claim is over them.</summary>
    public byte[] CellBytes()
    {
        var bytes = new byte[Cells.Count * CellClaim.CellBytes];
        for (int i = 0; i < Cells.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * CellClaim.CellBytes), Cells[i]);
        }

        return bytes;
    }

    /// <summary>A body that opens all that was read.</summary>
    /// <param name="outputs">The leaves of what was read.</param>
    /// <param name="his">Opens what was read of the record in question.</param>
    public ValueBody Body(OpenedOutputs outputs, int output, ulong element, OpenedCells? cells, Func<int, (ulong Row, ulong Block)[], OpenedTensor> his)
    {
        var tensors = new List<OpenedTensor>();
        foreach (IGrouping<(ulong Index, int Output), (ulong Row, ulong Block)> one in Tensors.GroupBy(static t => (t.Index, t.Output), static t => (t.Row, t.Block)))
        {
            if (one.Key.Index == Index)
            {
                tensors.Add(his(one.Key.Output, [.. one]));
                continue;
            }

            values.TryBytes(one.Key.Index, one.Key.Output, out ReadOnlyMemory<byte> bytes);
            tensors.Add(BlockRanges.Open(one.Key.Index, one.Key.Output, Forms[one.Key], bytes.Span, one));
        }

        return new ValueBody(
            outputs,
            output,
            element,
            cells,
            [.. tensors],
            Weights.Count == 0 ? null : WeightOpenings.Open(program, Weights),
            ReadsPrompt ? new OpenedPrompt(request.Privacy is { } hidden ? hidden.Secret.PromptSalt.ToArray() : [.. request.Salt], PromptOf(request)) : null);
    }

    private static ReadOnlySpan<byte> Stored(BoundWeight weight, int part) => WeightStorage.Of(weight.Entry)[part].Suffix switch
    {
        WeightStorage.Scale => MemoryMarshal.AsBytes(weight.Scales),
        WeightStorage.Sub => weight.SubScales,
        _ => weight.Raw,
    };
}
