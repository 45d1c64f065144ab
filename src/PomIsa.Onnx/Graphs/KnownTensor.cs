using System.Collections.Immutable;
using PomIsa.Onnx.Reading;

namespace PomIsa.Onnx.Graphs;

/// <summary>A tensor whose elements are known, read when somebody asks. A large one is held weakly, so that a model's weights pass through memory one by one.</summary>
internal sealed class KnownTensor
{
    /// <summary>Elements up to which a tensor stays in memory once it was read.</summary>
    private const long Small = 1 << 14;

    private readonly Func<HostTensor> _read;
    private readonly WeakReference<HostTensor?> _held = new(null);
    private HostTensor? _kept;

    /// <param name="type">Element type in the model.</param>
    /// <param name="shape">Dimensions.</param>
    /// <param name="read">Gives the tensor; may be called again, and gives the same each time.</param>
    public KnownTensor(OnnxType type, ImmutableArray<int> shape, Func<HostTensor> read) => (Type, Shape, _read) = (type, shape, read);

    public KnownTensor(HostTensor tensor)
        : this(tensor.Type, tensor.Shape, () => tensor) => _kept = tensor;

    /// <summary>The matrix that this one is the transpose of, if it was computed so: whoever packs it may read that one as it lies.</summary>
    public KnownTensor? Turned { get; init; }

    public OnnxType Type { get; }

    public ImmutableArray<int> Shape { get; }

    public long Length => Shape.Aggregate(1L, static (a, b) => a * b);

    /// <summary>Whether it is small enough to be looked into by a pass that is only curious.</summary>
    public bool IsSmall => Length <= Small;

    /// <exception cref="OnnxException">It can't be read.</exception>
    public HostTensor Read()
    {
        if (_kept is { } kept)
        {
            return kept;
        }

        if (!_held.TryGetTarget(out HostTensor? tensor))
        {
            tensor = _read();
            _held.SetTarget(tensor);
            _kept = IsSmall ? tensor : null;
        }

        return tensor;
    }
}
