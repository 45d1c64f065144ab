using System.Collections.Immutable;
using System.Text.Json;
using PomIsa.Conformance.Protocol;

namespace PomIsa.Conformance.Vectors;

/// <summary>The vector files of a folder and those below it.</summary>
public static class VectorFolder
{
    /// <summary>spec/vectors in this folder or one above it; null where there is none.</summary>
    public static string? Find(string from)
    {
        for (DirectoryInfo? folder = new(from); folder is not null; folder = folder.Parent)
        {
            string vectors = Path.Combine(folder.FullName, "spec", "vectors");
            if (Directory.Exists(vectors))
            {
                return vectors;
            }
        }

        return null;
    }

    /// <summary>All cases, file by file in the order of their paths, those of opcodes first.</summary>
    /// <param name="groups">Opcodes and topics to take; empty: all.</param>
    /// <exception cref="InvalidDataException">A file is no vector file; the text names it.</exception>
    public static ImmutableArray<VectorCase> Read(string folder, IReadOnlyCollection<string> groups)
    {
        var cases = ImmutableArray.CreateBuilder<VectorCase>();
        foreach (string path in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).OrderBy(p => Depth(folder, p)).ThenBy(static p => p, StringComparer.Ordinal))
        {
            try
            {
                using FileStream file = File.OpenRead(path);
                JsonElement root = JsonDocument.Parse(file).RootElement;
                string group = root.Text(root.TryField("opcode") is null ? "topic" : "opcode");
                if (groups.Count == 0 || groups.Contains(group))
                {
                    cases.AddRange(root.List("cases", json => new VectorCase(group, json)));
                }
            }
            catch (Exception e) when (e is JsonException or RequestException)
            {
                throw new InvalidDataException($"{path} is no file of vectors: {e.Message}", e);
            }
        }

        return cases.DrainToImmutable();
    }

    private static int Depth(string folder, string path) => Path.GetRelativePath(folder, path).Count(static c => c == Path.DirectorySeparatorChar);
}
