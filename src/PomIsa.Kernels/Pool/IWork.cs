namespace PomIsa.Kernels;

/// <summary>The body of a loop that a <see cref="WorkerPool"/> shares out: a value with what all items need.</summary>
public interface IWork
{
    /// <summary>Does one item. It may write only what belongs to it.</summary>
    /// <param name="item">From 0 up.</param>
    /// <param name="worker">Which of the pool's threads does it, from 0: no two items with one number run at the same time.</param>
    void Item(int item, int worker);
}
