using System.Text.Json.Nodes;
using PomIsa.Onnx.Explaining;
using PomIsa.Packaging.Matrices;

namespace PomIsa.Cli.Compiling;

/// <summary>What the user asks of a compiler.</summary>
internal sealed record CompileRequest
{
    /// <summary>File or folder.</summary>
    public required string Source { get; init; }

    public WeightKind Weights { get; init; }

    /// <summary>Shapes of inputs, or sizes of open dimensions, as <c>name=1,128</c>.</summary>
    public string[] Shapes { get; init; } = [];

    /// <summary>Inputs that become part of the program, as <c>name=values</c> or <c>name=@file</c>.</summary>
    public string[] Bound { get; init; } = [];

    /// <summary>Most tokens of prompt and answer of a decoder; null: what the source says.</summary>
    public int? Context { get; init; }

    /// <summary>Whether a decoder's program gives the logits behind each token of its prompt rather than an answer.</summary>
    public bool AllRows { get; init; }

    /// <summary>Told what became of an ONNX model's graph, also when it is refused afterwards; the last time counts.</summary>
    public Action<Explanation>? Explain { get; init; }

    /// <summary>What of it the program depends on, beside source and weights.</summary>
    public JsonObject Parameters()
    {
        var parameters = new JsonObject();
        if (Shapes.Length > 0)
        {
            parameters["shapes"] = new JsonArray([.. Shapes.Order(StringComparer.Ordinal).Select(static s => (JsonNode)s)]);
        }

        if (Bound.Length > 0)
        {
            // A file is named by what it holds, not by where it lies.
            parameters["bound"] = new JsonArray([.. Bound.Order(StringComparer.Ordinal).Select(static b => (JsonNode)Named(b))]);
        }

        if (Context is { } context)
        {
            parameters["context"] = context;
        }

        return parameters;
    }

    private static string Named(string bound)
    {
        int at = bound.IndexOf("=@", StringComparison.Ordinal);
        return at > 0 && File.Exists(bound[(at + 2)..]) ? $"{bound[..at]}=sha256:{Digest.Of(File.ReadAllBytes(bound[(at + 2)..]))}" : bound;
    }
}
