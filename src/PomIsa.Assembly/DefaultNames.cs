using System.Collections.Immutable;
using System.Globalization;

namespace PomIsa.Assembly;

/// <summary>
/// What the disassembler calls things without a name. The assembler stores no name that is exactly this,
/// so a module without names stays one.
/// </summary>
internal static class DefaultNames
{
    public const string Register = "t";
    public const string Local = "n";
    public const string Symbol = "d";
    public const string State = "s";
    public const string Input = "in";
    public const string Function = "f";

    public static string Of(string prefix, int index) => prefix + index.ToString(CultureInfo.InvariantCulture);

    /// <summary>The list with default names emptied and empty names cut off its end.</summary>
    public static ImmutableArray<string> Strip(IEnumerable<string> names, string prefix)
    {
        var list = names.Select((name, i) => name == Of(prefix, i) ? "" : name).ToList();
        var length = list.FindLastIndex(name => name.Length > 0) + 1;
        return [.. list.Take(length)];
    }
}
