using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using PomIsa.Shards;

namespace PomIsa.Architectures.Sources;

/// <summary>The safetensors files of a folder.</summary>
internal sealed class SafetensorsFolder : ITensorSource
{
    private const string WholeName = "model.safetensors", IndexName = WholeName + ".index.json";

    private const int LongestIndex = 64 << 20, MostFiles = 4096;

    private readonly List<SafeFileHandle> _files = [];
    private readonly Dictionary<string, SourceTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorPlace> _places = new(StringComparer.Ordinal);

    private SafetensorsFolder(bool inputsFirst) => InputsFirst = inputsFirst;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, SourceTensor> Tensors => _tensors;

    /// <inheritdoc/>
    public bool InputsFirst { get; }

    /// <inheritdoc/>
    public bool NormsWithOne => false;

    /// <summary>Opens the files and reads their headers.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="inputsFirst">Whether linear layers lie as [K,N].</param>
    /// <exception cref="ArchitectureException">There are none, or they are damaged; says which and how.</exception>
    public static SafetensorsFolder Open(string folder, bool inputsFirst)
    {
        var source = new SafetensorsFolder(inputsFirst);
        try
        {
            var problems = new List<string>();
            foreach (string name in Names(folder))
            {
                source.Add(folder, name, problems);
            }

            return problems.Count == 0 ? source : throw new ArchitectureException(problems);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Names of the files with weights, in order: model.safetensors alone, or those of the index, or all there are.</summary>
    /// <exception cref="ArchitectureException">There are none, or the index is wrong.</exception>
    public static IReadOnlyList<string> Names(string folder)
    {
        if (File.Exists(Path.Combine(folder, WholeName)))
        {
            return [WholeName];
        }

        if (FileBytes.TryReadSmall(folder, IndexName, LongestIndex) is { } index)
        {
            return Indexed(folder, index);
        }

        string[] names = [.. Directory.EnumerateFiles(folder, "*.safetensors").Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        return names.Length is > 0 and <= MostFiles
            ? names
            : throw new ArchitectureException(names.Length == 0
                ? $"{folder} has no *.safetensors file; weights in other formats (*.bin, *.pth) are not read"
                : $"{folder} has {names.Length} *.safetensors files; at most {MostFiles} are read");
    }

    /// <inheritdoc/>
    public void ReadRows(string name, long first, Span<float> values) => _places[name].ReadRows(first, values);

    /// <inheritdoc/>
    public void Dispose() => _files.ForEach(static f => f.Dispose());

    private static List<string> Indexed(string folder, byte[] index)
    {
        if (!HostileJson.TryParse(index, out JsonDocument? document))
        {
            throw new ArchitectureException($"{IndexName} is no JSON object of unique names");
        }

        using (document)
        {
            if (!HostileJson.TryMember(document.RootElement, "weight_map"u8, out JsonElement map) || map.ValueKind != JsonValueKind.Object)
            {
                throw new ArchitectureException($"{IndexName} has no object weight_map");
            }

            var names = new SortedSet<string>(StringComparer.Ordinal);
            foreach (JsonProperty entry in map.EnumerateObject())
            {
                if (!HostileJson.TryText(entry.Value, out string? name) || !IsPlain(name))
                {
                    throw new ArchitectureException($"{IndexName} names a file that is none of this folder");
                }

                names.Add(name);
            }

            string[] missing = [.. names.Where(n => !File.Exists(Path.Combine(folder, n)))];
            return missing.Length == 0 && names.Count is > 0 and <= MostFiles
                ? [.. names]
                : throw new ArchitectureException(missing.Length > 0
                    ? missing.Select(n => $"{n} is missing, which {IndexName} names")
                    : [$"{IndexName} names {names.Count} files"]);
        }
    }

    private static bool IsPlain(string name) =>
        name.Length is > 0 and <= 255 && name.EndsWith(".safetensors", StringComparison.Ordinal) && !name.Any(static c => c is '/' or '\\' or ':' || char.IsControl(c));

    private void Add(string folder, string name, List<string> problems)
    {
        string path = Path.Combine(folder, name);
        if (FileBytes.IsPointer(path))
        {
            problems.Add($"{name} is a pointer of Git LFS, not the file itself; fetch it with git lfs pull");
            return;
        }

        TensorFileHeader? header;
        using (FileStream stream = File.OpenRead(path))
        {
            if (!TensorFile.TryReadHeader(stream, out header, out ShardFault fault))
            {
                problems.Add($"{name}: {fault.Describe()}");
                return;
            }
        }

        SafeFileHandle file = File.OpenHandle(path);
        _files.Add(file);
        foreach (TensorInfo tensor in header.Tensors)
        {
            var found = new SourceTensor(tensor.Name, tensor.Shape, tensor.DType);
            if (!_tensors.TryAdd(tensor.Name, found))
            {
                problems.Add($"{name}: {tensor.Name} is in another file too");
            }

            // Tensors of other types may be there (masks, counters); they are refused if they are asked for.
            if (StoredFormat.Plain.FirstOrDefault(f => f.Name == tensor.DType) is { } format)
            {
                _places[tensor.Name] = new TensorPlace(file, path, header.DataStart + tensor.Begin, format, found.RowLength);
            }
        }
    }
}
