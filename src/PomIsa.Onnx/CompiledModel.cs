using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Onnx.Decoders;
using PomIsa.Onnx.Explaining;
using PomIsa.Onnx.Graphs;
using PomIsa.Onnx.Graphs.Passes;
using PomIsa.Onnx.Reading;
using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Models;
using PomIsa.Packaging.Weights;

namespace PomIsa.Onnx;

/// <summary>An input or output of a compiled model.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Type">Its element type in the model; the program's is the carrier (<see cref="OnnxTypes.CarrierOf"/>).</param>
/// <param name="Shape">Its dimensions; <see cref="Open"/> for one that is a symbol of the program.</param>
public sealed record ModelPort(string Name, OnnxType Type, ImmutableArray<int> Shape)
{
    /// <summary>A dimension that a run decides: of a decoder's prompt its tokens.</summary>
    public const int Open = -1;
}

/// <summary>What became of a model.</summary>
/// <param name="Module">The program: it takes the inputs in order and gives the outputs by index.</param>
/// <param name="Inputs">What the program is given; inputs that were bound are not among them.</param>
/// <param name="Outputs">What it gives.</param>
/// <param name="Contents">Stored bytes of each weight of the module, in its order; none where the caller gave a place for them.</param>
/// <param name="Matrices">The known matrices among the weights, with what they lost.</param>
public sealed record CompiledModel(
    Module Module, ImmutableArray<ModelPort> Inputs, ImmutableArray<ModelPort> Outputs, ImmutableArray<byte[]> Contents, ImmutableArray<QuantizedMatrix> Matrices)
{
    /// <summary>What a decoder's program knows of its model; null of any other.</summary>
    public DecoderInfo? Decoder { get; init; }

    /// <summary>Why a model that could have become a decoder became a function; null where it was not asked for, or is one.</summary>
    public OnnxProblem? NoDecoder { get; init; }
}

/// <summary>What a caller fixes before a model is compiled.</summary>
public sealed record CompileOptions
{
    /// <summary>Dimensions of inputs by name, where the model leaves them open.</summary>
    public IReadOnlyDictionary<string, ImmutableArray<int>> Shapes { get; init; } = ImmutableDictionary<string, ImmutableArray<int>>.Empty;

    /// <summary>Open dimensions by the name that the model gives them, such as <c>batch_size</c>.</summary>
    public IReadOnlyDictionary<string, int> Sizes { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Inputs by name whose values become part of the program.</summary>
    public IReadOnlyDictionary<string, HostTensor> Bound { get; init; } = ImmutableDictionary<string, HostTensor>.Empty;

    /// <summary>Folder of the model's external data.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether a tensor whose file is not there counts as zeros: to see what a model would become without having its weights.</summary>
    public bool WithoutData { get; init; }

    /// <summary>How known matrices are stored, where their depth allows.</summary>
    public WeightKind Weights { get; init; }

    /// <summary>Takes the weights; null: they stay in memory, as <see cref="CompiledModel.Contents"/>.</summary>
    public IWeightSink? Sink { get; init; }

    /// <summary>Told which node is being lowered, and how many there are.</summary>
    public Action<string, int, int>? Progress { get; init; }

    /// <summary>Ends it, with <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>What becomes of a decoder.</summary>
    public DecoderOptions Decoder { get; init; } = new();

    /// <summary>Whether patterns become fused operators; without, each node stays what the file says.</summary>
    public bool Fuse { get; init; } = true;

    /// <summary>Whether the graph is simplified before it is lowered; no bit of a result depends on it.</summary>
    internal bool Simplify { get; init; } = true;

    /// <summary>Told what became of the graph and why, before it is lowered: also of a model that is refused then.</summary>
    public Action<Explanation>? Explain { get; init; }

    /// <summary>Told of the graph after the passes.</summary>
    internal Action<Graph, PassReport>? Watch { get; init; }
}

/// <summary>What a model is compiled to.</summary>
public enum ModelKind
{
    /// <summary>A function of its inputs, all of whose sizes are fixed.</summary>
    Function,

    /// <summary>A program that reads a prompt and goes on from it; refused where the model is none.</summary>
    Decoder,

    /// <summary>A decoder where it is one, else a function.</summary>
    Auto,
}

/// <summary>What a caller fixes of a decoder.</summary>
public sealed record DecoderOptions
{
    /// <summary>What the model is to become.</summary>
    public ModelKind Kind { get; init; }

    /// <summary>Whether the program gives the logits behind each token of its prompt, as output 0, instead of an answer.</summary>
    public bool AllRows { get; init; }

    /// <summary>Most tokens of prompt and answer together; null: what the files beside the model say, as far as its tables reach.</summary>
    public int? Context { get; init; }

    /// <summary>End tokens and the like; null: what the files beside the model say.</summary>
    public DecoderSettings? Settings { get; init; }
}
