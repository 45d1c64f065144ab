using System.Text.Json.Nodes;
using PomIsa.Packaging.Matrices;

namespace PomIsa.Packaging.Models;

/// <summary>What each matrix lost, worst first.</summary>
public static class QuantizationReport
{
    /// <summary>In the order of a report: by relative error, then by name.</summary>
    public static IEnumerable<QuantizedMatrix> Sorted(IEnumerable<QuantizedMatrix> matrices) =>
        matrices.OrderByDescending(static m => m.Error.RelativeRms).ThenBy(static m => m.Name, StringComparer.Ordinal);

    /// <summary><c>quantization.json</c>.</summary>
    public static byte[] Json(IEnumerable<QuantizedMatrix> matrices) => CanonicalJson.Write(new JsonObject
    {
        ["matrices"] = new JsonArray([.. Sorted(matrices).Select(static m => (JsonNode)new JsonObject
        {
            ["name"] = m.Name,
            ["weights"] = WeightKinds.NameOf(m.Kind),
            ["depth"] = m.Depth,
            ["columns"] = m.Columns,
            ["relativeRms"] = m.Error.RelativeRms,
            ["largest"] = m.Error.Largest,
        })]),
    });
}
