using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Properties;

/// <summary>What each opcode's page in spec/ops says that it can trap with.</summary>
internal static partial class DeclaredTraps
{
    private static readonly Dictionary<string, HashSet<FaultCode>> ByMnemonic = InstructionTable.All.ToDictionary(
        static r => r.Mnemonic, static r => Read(r.Mnemonic), StringComparer.Ordinal);

    public static bool Allow(OpcodeRow row, FaultCode code) => ByMnemonic[row.Mnemonic].Contains(code);

    private static HashSet<FaultCode> Read(string mnemonic)
    {
        string page = Path.Combine(Root(), "spec", "ops", mnemonic + ".md");
        if (!File.Exists(page))
        {
            return [];
        }

        // The item goes on until the next one or the end of the list.
        string text = File.ReadAllText(page);
        Match traps = TrapsItem().Match(text);
        return [.. Words().Matches(traps.Value).Select(static m => Enum.TryParse(m.Value, out FaultCode code) ? code : FaultCode.None).Where(static c => c != FaultCode.None)];
    }

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../.."));

    [GeneratedRegex(@"^- Traps:(.|\n(?!- |\n))*", RegexOptions.Multiline)]
    private static partial Regex TrapsItem();

    [GeneratedRegex("[A-Z][A-Za-z]+")]
    private static partial Regex Words();
}
