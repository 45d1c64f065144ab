using System.Text.Json;
using PomIsa.OnnxModels;

namespace PomIsa.OnnxCases;

/// <summary>Generated decoders of all export styles, as a folder of models without data.</summary>
internal static class Exports
{
    /// <summary>Writes them, with an index, below the folder of temporary files, and gives their folder.</summary>
    public static string Write()
    {
        string folder = Directory.CreateTempSubdirectory("pomisa-exports-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        string[] styles = [.. ExportedModels.LlamaStyles, .. ExportedModels.Gpt2Styles];
        foreach (string style in styles)
        {
            File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, style)).FullName, ExportedModels.ModelName), ExportedModels.Tiny(style));
        }

        File.WriteAllBytes(Path.Combine(folder, "index.json"), JsonSerializer.SerializeToUtf8Bytes(new { models = styles.Select(static s => new { id = s, kind = "model" }) }));
        return folder;
    }
}
