using Google.Protobuf;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Reading;

/// <summary>Model files to messages. Bytes may be hostile.</summary>
internal static class ModelReader
{
    /// <exception cref="OnnxException">These bytes are no ONNX model.</exception>
    public static ModelProto Read(ReadOnlyMemory<byte> bytes) => Read(ModelBytes.Of(bytes));

    /// <summary>The messages, but for the elements of large tensors, which stay where they are.</summary>
    /// <exception cref="OnnxException">These bytes are no ONNX model.</exception>
    public static ModelProto Read(ModelBytes bytes)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(ModelOutline.Of(bytes).Span);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw WireReader.Malformed(e.Message);
        }

        return model.Graph is not null ? model : throw WireReader.Malformed("it has no graph");
    }
}
