using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Assembly.Programs;

/// <summary>The registers and locals of one function while it is assembled.</summary>
internal sealed class Registers
{
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly List<TensorType?> _types = [];
    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _locals = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _indices.Keys;

    public IEnumerable<string> Locals => _locals.Keys;

    public int Count => _types.Count;

    public int LocalCount => _locals.Count;

    public bool TryFind(string name, out int index) => _indices.TryGetValue(name, out index);

    public bool TryFindLocal(string name, out int index) => _locals.TryGetValue(name, out index);

    public bool TryAdd(string name, TensorType? type, out int index)
    {
        index = _types.Count;
        if (!_indices.TryAdd(name, index))
        {
            return false;
        }

        _types.Add(type);
        _names.Add(name);
        return true;
    }

    public bool TryAddLocal(string name) => _locals.TryAdd(name, _locals.Count);

    /// <summary>Null while the type is not known.</summary>
    public TensorType? this[int index]
    {
        get => _types[index];
        set => _types[index] = value;
    }

    public string NameOf(int index) => _names[index];

    /// <summary>All types; a register that never got one makes the function unusable, which has been reported.</summary>
    public ImmutableArray<TensorType> Types() => [.. _types.Select(type => type ?? TensorType.Of(DType.F32))];

    /// <summary>Names for the module: a name that the index gives anyway is left out.</summary>
    public FunctionNames ForModule(string name) => new(
        name, DefaultNames.Strip(_names, DefaultNames.Register), DefaultNames.Strip(_locals.Keys, DefaultNames.Local));
}
