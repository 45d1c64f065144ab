using System.Diagnostics.CodeAnalysis;
using PomIsa.Disputes.Outputs;
using PomIsa.Evidence.Commitments;

namespace PomIsa.Disputes.Values.Openings;

/// <summary>Cells of one element that the accused has signed the root of, some of them opened.</summary>
/// <param name="Note">The signed note: <see cref="CellClaim"/>.</param>
/// <param name="Wrong">The cell that does not follow.</param>
/// <param name="Cells">Blocks of 128 cells.</param>
internal sealed record OpenedCells(byte[] Note, ulong Wrong, OpenedBlocks Cells);

/// <summary>The prompt with the salt of its commitment.</summary>
internal sealed record OpenedPrompt(byte[] Salt, byte[] Bytes);

/// <summary>What a proof of a wrong value brings beside records and program. Bytes: spec/evidence.md, chapter 13.</summary>
/// <param name="Outputs">What the accused says that his run put out.</param>
/// <param name="Output">Which output of the record.</param>
/// <param name="Element">Which element.</param>
/// <param name="Cells">The accused's cells, where the element takes too many to be evaluated here.</param>
/// <param name="Tensors">Ascending by record and output.</param>
/// <param name="Weights">Blocks of weights.</param>
/// <param name="Prompt">The prompt.</param>
internal sealed record ValueBody(
    OpenedOutputs Outputs, int Output, ulong Element, OpenedCells? Cells, OpenedTensor[] Tensors, OpenedWeights? Weights, OpenedPrompt? Prompt)
{
    /// <summary>Longest body: records and program have their place beside it in a file of 64 KiB.</summary>
    public const int MaxBytes = 44 << 10;

    public byte[] ToBytes()
    {
        var to = new ByteSink();
        Outputs.Write(to);
        to.Byte((Cells is null ? 0 : 1) | (Weights is null ? 0 : 2) | (Prompt is null ? 0 : 4));
        to.Byte(Output);
        to.Long(Element);
        if (Cells is not null)
        {
            to.Part(Cells.Note);
            to.Long(Cells.Wrong);
            Cells.Cells.Write(to);
        }

        to.Short(Tensors.Length);
        foreach (OpenedTensor tensor in Tensors)
        {
            tensor.Write(to);
        }

        Weights?.Write(to);
        if (Prompt is not null)
        {
            to.Raw(Prompt.Salt);
            to.Part(Prompt.Bytes);
        }

        return to.ToArray();
    }

    /// <summary>Reads a body that may be anyone's.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ValueBody? body)
    {
        body = null;
        var from = new Cursor(bytes);
        from.Require(bytes.Length <= MaxBytes);
        OpenedOutputs outputs = OpenedOutputs.Read(ref from);
        int parts = from.Byte(), output = from.Byte();
        ulong element = from.Long();
        from.Require(parts < 8);
        OpenedCells? cells = (parts & 1) == 0 ? null : new OpenedCells(from.Part(), from.Long(), OpenedBlocks.Read(ref from));
        var tensors = new OpenedTensor[from.Count(sizeof(ulong))];
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = OpenedTensor.Read(ref from);
            from.Require(i == 0 || (tensors[i - 1].Index, tensors[i - 1].Output).CompareTo((tensors[i].Index, tensors[i].Output)) < 0);
        }

        OpenedWeights? weights = (parts & 2) == 0 ? null : OpenedWeights.Read(ref from);
        OpenedPrompt? prompt = (parts & 4) == 0 ? null : new OpenedPrompt(from.Take(PromptCommitment.SaltBytes).ToArray(), from.Part());
        if (!from.IsDone)
        {
            return false;
        }

        body = new ValueBody(outputs, output, element, cells, tensors, weights, prompt);
        return true;
    }
}
