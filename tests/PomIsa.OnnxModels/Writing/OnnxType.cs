namespace PomIsa.OnnxModels.Writing;

/// <summary>Element types by their numbers in onnx.proto.</summary>
public enum OnnxType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
}
