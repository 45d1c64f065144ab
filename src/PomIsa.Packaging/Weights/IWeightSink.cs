using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Packaging.Weights;

/// <summary>Where a compiler's weights go: each in its stored form, once it is known, so that none has to stay in memory.</summary>
/// <remarks>
/// A weight with the same element type, shape, layout and bytes as an earlier one is that one. Names become printable ASCII without spaces and differ from each
/// other: what is not allowed becomes <c>_</c>, and a name that is taken gets a number. Not for several threads at once.
/// </remarks>
public interface IWeightSink
{
    /// <summary>The weights so far, each with its digest, in the order of the module.</summary>
    IReadOnlyList<WeightEntry> Entries { get; }

    /// <summary>Takes a weight whose stored bytes are at hand.</summary>
    /// <param name="name">What it is called at its source.</param>
    /// <param name="element">Element type.</param>
    /// <param name="shape">Logical shape: [K,N] in panels, N a multiple of 16.</param>
    /// <param name="layout">How it lies.</param>
    /// <param name="stored">Its tensors (<see cref="WeightStorage.Of"/>), one after the other.</param>
    /// <returns>Its index in the module.</returns>
    /// <exception cref="ArgumentException">The bytes are not as many as the shape says.</exception>
    int Add(string name, DType element, ReadOnlySpan<int> shape, WeightLayout layout, ReadOnlySpan<byte> stored);

    /// <summary>Takes a weight that is made while it is written: the same bytes as above, piece by piece.</summary>
    int Add(string name, DType element, ReadOnlySpan<int> shape, WeightLayout layout, Action<Stream> write);
}
