using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Onnx;
using PomIsa.Onnx.Reading;

namespace PomIsa.Cli.Tensors;

/// <summary>Tensors in files: <c>.npy</c>, or <c>.pb</c> with one ONNX tensor.</summary>
internal static class TensorPath
{
    // What a tensor of the machine may have, and a header.
    private const long LongestFile = Limits.TensorBytes;

    /// <summary>Reads a tensor; what is none ends the command.</summary>
    public static HostTensor Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw CliException.Usage($"There is no file {path}.");
        }

        if (file.Length > LongestFile)
        {
            throw CliException.Refused($"{path} is too large for a tensor.");
        }

        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            return path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? NpyFile.Read(bytes) : ModelFile.Tensor(bytes);
        }
        catch (InvalidDataException e)
        {
            throw CliException.Refused($"{path}: {e.Message}.");
        }
    }

    /// <summary>A tensor of a file as a program's input.</summary>
    public static InputTensor Input(Module module, string name, TensorType type, string path)
    {
        HostTensor tensor = Read(path);
        var given = new InputTensor(tensor.Carrier, tensor.Shape, [.. tensor.Bytes]);
        return given.Fits(type)
            ? given
            : throw CliException.Refused($"Input {name} is {type.Describe(module)}; {path} holds {OnnxTypes.NameOf(tensor.Type)}[{string.Join(",", tensor.Shape)}], which comes as {given}.");
    }
}
