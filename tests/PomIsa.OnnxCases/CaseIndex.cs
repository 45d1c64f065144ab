using System.Collections.Immutable;
using System.Text.Json;

namespace PomIsa.OnnxCases;

/// <summary>One case of an index: a model with inputs and the outputs that it must give.</summary>
/// <param name="Name">Its folder.</param>
/// <param name="Tier">1 to 3: how much language models need it; 0 where the index does not say.</param>
/// <param name="Relative">Relative tolerance for floating-point outputs.</param>
/// <param name="Absolute">Absolute tolerance.</param>
/// <param name="Sets">Folders of test data below the case's.</param>
internal sealed record Case(string Name, string Folder, int Tier, double Relative, double Absolute, ImmutableArray<string> Sets);

/// <summary>Reads <c>cases.json</c> of operator cases and <c>index.json</c> of whole models.</summary>
internal static class CaseIndex
{
    private const double ModelRelative = 1e-3, ModelAbsolute = 1e-5, HalfRelative = 1e-2, HalfAbsolute = 2e-3;

    /// <summary>Cases of an index whose folders exist below <paramref name="folder"/>.</summary>
    public static ImmutableArray<Case> Read(string index, string folder)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(index));
        JsonElement root = document.RootElement;
        JsonElement list = root.ValueKind == JsonValueKind.Array ? root
            : root.TryGetProperty("cases", out JsonElement cases) ? cases : root.GetProperty("models");
        var result = ImmutableArray.CreateBuilder<Case>();
        foreach (JsonElement one in list.EnumerateArray())
        {
            string name = one.TryGetProperty("name", out JsonElement given) ? given.GetString()! : one.GetProperty("id").GetString()!;
            string at = Path.Combine(folder, name);
            if (!File.Exists(Path.Combine(at, "model.onnx")))
            {
                continue;
            }

            (double relative, double absolute) = Tolerance(one);
            ImmutableArray<string> sets = [.. Directory.GetDirectories(at, "test_data_set_*").Order(StringComparer.Ordinal)];
            result.Add(new Case(name, at, one.TryGetProperty("tier", out JsonElement tier) ? tier.GetInt32() : 0, relative, absolute, sets));
        }

        return result.ToImmutable();
    }

    private static (double, double) Tolerance(JsonElement one)
    {
        if (one.TryGetProperty("default_tolerance", out JsonElement both) && both.ValueKind == JsonValueKind.Array)
        {
            return (both[0].GetDouble(), both[1].GetDouble());
        }

        bool half = one.TryGetProperty("dtypes", out JsonElement types)
            && types.ValueKind == JsonValueKind.Array && types.EnumerateArray().Any(static t => t.GetString() == "f16");
        return half ? (HalfRelative, HalfAbsolute) : (ModelRelative, ModelAbsolute);
    }
}
