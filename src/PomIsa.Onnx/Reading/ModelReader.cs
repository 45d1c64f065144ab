using Google.Protobuf;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Reading;

/// <summary>Model files to messages. Bytes may be hostile.</summary>
internal static class ModelReader
{
    /// <summary>Greatest size of a model file: what one protobuf message can have.</summary>
    private const int MaxBytes = int.MaxValue;

    /// <exception cref="OnnxException">These bytes are no ONNX model.</exception>
    public static ModelProto Read(ReadOnlySpan<byte> bytes)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new OnnxException($"this is no ONNX model: {e.Message}");
        }

        return model.Graph is not null ? model : throw new OnnxException("this is no ONNX model: it has no graph");
    }

    /// <exception cref="OnnxException">Not to be read, or no ONNX model.</exception>
    public static ModelProto ReadFile(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new OnnxException($"there is no file {path}");
        }

        return file.Length <= MaxBytes ? Read(File.ReadAllBytes(path)) : throw new OnnxException($"{path} is larger than a protobuf message can be");
    }
}
