using System.Text.Json;

namespace PomIsa.Oracle;

/// <summary>spec/vectors, beside spec/generated, which says what opcodes there are.</summary>
internal sealed class VectorFolder(string path)
{
    public IReadOnlyList<OpcodeRow> Rows { get; } = OpcodeRow.ReadAll(Generated(path));

    public string PathOf(OpcodeRow row) => Path.Combine(path, row.Mnemonic + ".json");

    public static string TextOf(OpcodeRow row) => Catalogue.Text(row);

    /// <summary>Whether a row's file is what the oracle gives.</summary>
    public bool IsFresh(OpcodeRow row) => File.Exists(PathOf(row)) && File.ReadAllText(PathOf(row)) == TextOf(row);

    public int Write(TextWriter output)
    {
        foreach (OpcodeRow row in Rows)
        {
            string temporary = PathOf(row) + ".new";
            File.WriteAllText(temporary, TextOf(row));
            File.Move(temporary, PathOf(row), overwrite: true);
        }

        output.WriteLine($"{Rows.Count} files written");
        return 0;
    }

    public int Check(TextWriter output)
    {
        OpcodeRow[] stale = [.. Rows.Where(row => !IsFresh(row))];
        foreach (OpcodeRow row in stale)
        {
            output.WriteLine($"{PathOf(row)} is not what the oracle gives");
        }

        output.WriteLine($"{Rows.Count - stale.Length} of {Rows.Count} files are right");
        return stale.Length == 0 ? 0 : 1;
    }

    /// <summary>Cases of each file, those that end in a fault, and bytes.</summary>
    public int Count(TextWriter output)
    {
        (int cases, int faults, long bytes) all = default;
        foreach (OpcodeRow row in Rows.Where(row => File.Exists(PathOf(row))))
        {
            using JsonDocument file = JsonDocument.Parse(File.ReadAllText(PathOf(row)));
            JsonElement[] cases = [.. file.RootElement.GetProperty("cases").EnumerateArray()];
            int faults = cases.Count(static c => c.TryGetProperty("trap", out _) || c.TryGetProperty("invalid", out _) || (c.TryGetProperty("expect", out JsonElement e) && e.TryGetProperty("trap", out _)));
            long bytes = new FileInfo(PathOf(row)).Length;
            all = (all.cases + cases.Length, all.faults + faults, all.bytes + bytes);
            output.WriteLine($"{row.Mnemonic,-18} {cases.Length,6} cases {faults,5} faults {bytes,9} bytes");
        }

        output.WriteLine($"{"in all",-18} {all.cases,6} cases {all.faults,5} faults {all.bytes,9} bytes");
        return 0;
    }

    private static string Generated(string path) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path.TrimEnd(Path.DirectorySeparatorChar)))!, "generated");
}
