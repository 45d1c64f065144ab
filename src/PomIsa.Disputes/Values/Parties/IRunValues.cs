namespace PomIsa.Disputes.Values.Parties;

/// <summary>What the instructions of a run put out, as far as it is at hand.</summary>
public interface IRunValues
{
    /// <summary>The bytes that an output's commitment is over, row by row; of a product, each row's scale and sums.</summary>
    /// <param name="index">Log index of the record.</param>
    /// <param name="output">Which output of its instruction: the registers that it writes, and behind them what a product multiplies, or <c>output</c> gives.</param>
    /// <param name="bytes">The bytes.</param>
    bool TryBytes(ulong index, int output, out ReadOnlyMemory<byte> bytes);
}
