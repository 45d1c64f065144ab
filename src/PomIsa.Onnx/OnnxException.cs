namespace PomIsa.Onnx;

/// <summary>Why a model can't be compiled. Thrown inside the compiler, and told by it as an <see cref="OnnxProblem"/>.</summary>
internal sealed class OnnxException(string reason) : Exception(reason)
{
    /// <summary>Graph inputs whose values would have to be known when the model is compiled.</summary>
    public IReadOnlyCollection<string> Unknown { get; init; } = [];

    /// <summary>Inputs without a shape, and names of sizes, that a caller would have to fix.</summary>
    public IReadOnlyCollection<string> Open { get; init; } = [];

    /// <summary>The node at fault, where it is not the one that is lowered.</summary>
    public Schema.NodeProto? Node { get; init; }
}

/// <summary>Why a model was refused.</summary>
/// <param name="Reason">One sentence.</param>
/// <param name="Operator">The operator at fault, such as <c>com.microsoft.Attention</c>; empty if it is the file.</param>
/// <param name="Node">The node's name, or that of its first output.</param>
/// <param name="Unknown">Graph inputs whose values would have to be known when the model is compiled.</param>
public sealed record OnnxProblem(string Reason, string Operator, string Node, IReadOnlyCollection<string> Unknown)
{
    /// <summary>Inputs without a shape, and names of sizes, that would have to be given.</summary>
    public IReadOnlyCollection<string> Open { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Operator.Length == 0 ? Reason : $"{Operator} '{Node}': {Reason}";
}
