namespace PomIsa.Machine.Execution;

/// <summary>Gives memory for the sums of quantized products, where an observer wants them to lie: then it has nothing to copy.</summary>
internal interface IProductSums
{
    /// <summary>Room for the sums of the product that is about to be computed, <c>i32[T, N]</c>, until its instruction has retired; null: anywhere.</summary>
    unsafe int* Take(int rows, int columns);
}
