namespace PomIsa.Disputes.Values;

/// <summary>Blocks of what an evaluation reads: a proof's openings, or all of a run's values.</summary>
internal interface IBlocks
{
    /// <summary>A block of a row of an output of a record's instruction.</summary>
    /// <exception cref="NotBroughtException">It is not there.</exception>
    ReadOnlyMemory<byte> Tensor(ulong index, int output, TensorForm form, long row, long block);

    /// <summary>A block of 1024 bytes, or the last, of one of a weight's stored tensors.</summary>
    /// <exception cref="NotBroughtException">It is not there.</exception>
    ReadOnlyMemory<byte> Weight(int weight, int part, long block);

    /// <summary>The value of a cell that was evaluated, or that the accused claims.</summary>
    /// <exception cref="NotBroughtException">It is not there.</exception>
    ulong Cell(long cell);

    /// <summary>The prompt's bytes.</summary>
    /// <exception cref="NotBroughtException">They are not there.</exception>
    ReadOnlyMemory<byte> Prompt { get; }
}
