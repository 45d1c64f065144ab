namespace PomIsa.Disputes.Traces;

/// <summary>A list that only grows and is shared by the paths that fork from one another.</summary>
/// <param name="Before">What came before, or null.</param>
/// <param name="Last">The newest.</param>
/// <param name="Count">Length.</param>
internal sealed record Chain<T>(Chain<T>? Before, T Last, int Count)
{
    /// <summary>The list with one more.</summary>
    public static Chain<T> Add(Chain<T>? before, T last) => new(before, last, (before?.Count ?? 0) + 1);

    /// <summary>All of them, oldest first.</summary>
    public static T[] ToArray(Chain<T>? chain)
    {
        var all = new T[chain?.Count ?? 0];
        for (Chain<T>? at = chain; at is not null; at = at.Before)
        {
            all[at.Count - 1] = at.Last;
        }

        return all;
    }
}
