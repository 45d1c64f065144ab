using System.Globalization;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Reading;

/// <summary>Elements that lie in a file beside the model. The file's name is a stranger's: it may not lead out of the model's folder.</summary>
internal static class ExternalData
{
    /// <summary>The file and where in it the elements begin.</summary>
    /// <exception cref="OnnxException">No such file, too short, or outside the folder.</exception>
    public static (ModelBytes File, long Offset) Open(TensorProto tensor, string? folder, long length)
    {
        string location = Location(tensor);
        if (folder is null)
        {
            throw new OnnxException($"tensor '{tensor.Name}' lies in '{location}', and there is no folder to look in");
        }

        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        if (location.Length == 0 || Path.IsPathRooted(location) || location.Contains('\0', StringComparison.Ordinal)
            || !Path.GetFullPath(Path.Combine(root, location)).StartsWith(root, StringComparison.Ordinal))
        {
            throw new OnnxException($"tensor '{tensor.Name}' lies in '{location}', which is outside the model's folder");
        }

        var file = new FileInfo(Path.Combine(root, location));
        if (!file.Exists || file.LinkTarget is not null)
        {
            throw new OnnxException($"tensor '{tensor.Name}' lies in '{location}', which is not there");
        }

        long offset = Number(tensor, "offset", 0), given = Number(tensor, "length", length);
        if (given != length || offset < 0 || offset > file.Length - length)
        {
            throw new OnnxException($"tensor '{tensor.Name}' needs {length} bytes from {offset} of '{location}', which has {file.Length}");
        }

        return (ModelBytes.OfFile(file.FullName), offset);
    }

    /// <summary>Whether the file is there; what leads out of the folder is not.</summary>
    public static bool IsThere(TensorProto tensor, string? folder) =>
        folder is not null && !Location(tensor).Contains('\0', StringComparison.Ordinal) && File.Exists(Path.Combine(folder, Location(tensor)));

    /// <summary>The file's path as the tensor gives it.</summary>
    public static string Location(TensorProto tensor) => Entry(tensor, "location") ?? "";

    private static string? Entry(TensorProto tensor, string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;

    private static long Number(TensorProto tensor, string key, long otherwise) =>
        Entry(tensor, key) is not { } text ? otherwise
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value
        : throw new OnnxException($"tensor '{tensor.Name}' has '{text}' as {key} of its data");
}
