using System.Text;
using PomIsa.Isa;

namespace PomIsa.Packaging.Weights;

/// <summary>Weights that are declared and not made, to see what a program would be: their digests are those of their names, and equal ones are not found.</summary>
public sealed class CountedWeights : IWeightSink
{
    private readonly WeightList _list = new();

    /// <inheritdoc/>
    public IReadOnlyList<WeightEntry> Entries => _list.Entries;

    /// <inheritdoc/>
    public int Add(string name, DType element, ReadOnlySpan<int> shape, WeightLayout layout, ReadOnlySpan<byte> stored) => Declare(name, element, shape, layout);

    /// <inheritdoc/>
    public int Add(string name, DType element, ReadOnlySpan<int> shape, WeightLayout layout, Action<Stream> write) => Declare(name, element, shape, layout);

    private int Declare(string name, DType element, ReadOnlySpan<int> shape, WeightLayout layout)
    {
        name = _list.Name(name, element);
        return _list.Add(WeightList.Declared(element, shape, layout) with { Name = name, Digest = Digest.Of(Encoding.ASCII.GetBytes(name)) });
    }
}
