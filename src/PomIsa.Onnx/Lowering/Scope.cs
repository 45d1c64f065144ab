namespace PomIsa.Onnx.Lowering;

/// <summary>Names of values in one graph or function body, with the graph around it.</summary>
/// <param name="opsets">Operator set versions by domain.</param>
/// <param name="parent">What encloses it; a function's body sees nothing outside.</param>
internal sealed class Scope(IReadOnlyDictionary<string, int> opsets, Scope? parent = null)
{
    private Dictionary<string, Val> _values = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, int> Opsets => opsets;

    /// <summary>The same names where other operator sets hold.</summary>
    public Scope With(IReadOnlyDictionary<string, int> others) => new(others, parent) { _values = _values };

    public int Opset(string domain) => opsets.TryGetValue(domain is "ai.onnx" ? "" : domain, out int version) ? version : 1;

    public void Define(string name, Val value)
    {
        if (!_values.TryAdd(name, value))
        {
            throw new OnnxException($"'{name}' is defined twice");
        }
    }

    public Val Find(string name) => TryFind(name) ?? throw new OnnxException($"'{name}' is not defined before this node");

    public Val? TryFind(string name) => _values.TryGetValue(name, out Val? value) ? value : parent?.TryFind(name);
}
