namespace PomIsa.Machine.Execution;

/// <summary>An observer of products of whose values nothing is wanted but where the greatest of each row is: these are not written then.</summary>
internal interface IRowChoices
{
    /// <summary>Where the columns of the product that is about to be computed go, <c>i32[T]</c>; null: its values are wanted.</summary>
    /// <param name="rows">T.</param>
    unsafe int* Take(int rows);
}
