using System.Globalization;
using System.Text.Json;

namespace PomIsa.Text.Files;

/// <summary>Files of strangers: not read at all beyond a size, and their mistakes told with their name.</summary>
internal static class BoundedFile
{
    /// <exception cref="InvalidDataException">It is larger than <paramref name="most"/>.</exception>
    public static byte[] Read(string path, long most) => new FileInfo(path) is { Length: var length } && length > most
        ? throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{path}: {length} bytes, more than the {most} that such a file can have."))
        : File.ReadAllBytes(path);

    /// <summary>Reads a JSON file.</summary>
    public static T Json<T>(string path, long most, Func<JsonPart, T> read) => Told(path, () =>
    {
        byte[] bytes = Read(path, most);
        using JsonDocument document = JsonDocument.Parse(Unmarked(bytes));
        return read(new JsonPart(document.RootElement, ""));
    });

    /// <summary>Runs a reader whose complaints get the file's name.</summary>
    public static T Told<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or InvalidOperationException)
        {
            throw new InvalidDataException(e.Message.StartsWith(path, StringComparison.Ordinal) ? e.Message : $"{path}: {e.Message}", e);
        }
    }

    private static ReadOnlyMemory<byte> Unmarked(byte[] bytes) => bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
}
