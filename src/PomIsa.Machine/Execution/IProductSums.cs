namespace PomIsa.Machine.Execution;

/// <summary>Gives memory for the sums of a product of one row, where an observer wants them to lie: then it has nothing to copy.</summary>
internal interface IProductSums
{
    /// <summary>At least so many sums, of any content, until the product's instruction has retired.</summary>
    unsafe int* Take(int count);
}
