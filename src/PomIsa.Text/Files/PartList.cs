using System.Globalization;

namespace PomIsa.Text.Files;

/// <summary>The steps of a sequence, which may hold sequences.</summary>
internal static class PartList
{
    private const int Depth = 8;

    public static JsonPart[] Of(JsonPart part, string name, int depth)
    {
        JsonPart[] steps = [.. part.Need(name).Items.Take(TextLimits.Steps + 1)];
        return depth > Depth ? throw part.Wrong("is nested too deep")
            : steps.Length > TextLimits.Steps ? throw part.Wrong(string.Create(CultureInfo.InvariantCulture, $"has more than {TextLimits.Steps} steps"))
            : steps;
    }
}
