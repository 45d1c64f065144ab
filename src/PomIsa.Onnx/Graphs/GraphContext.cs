using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Graphs;

/// <summary>What lowering a graph's nodes needs of the file: functions that subgraphs call, and tensors.</summary>
internal sealed record GraphContext(ModelProto Model, TensorReader Tensors);
