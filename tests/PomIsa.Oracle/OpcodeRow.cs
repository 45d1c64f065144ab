namespace PomIsa.Oracle;

/// <summary>A row of spec/generated/opcodes.md.</summary>
/// <param name="Code">Two hex digits.</param>
/// <param name="Example">Mnemonic and operands with their types and shapes.</param>
internal sealed record OpcodeRow(string Code, string Mnemonic, string Example, string Meaning)
{
    private const string Page = "](../ops/";

    /// <summary>The rows of all opcodes, in the order of the page.</summary>
    /// <param name="folder">The folder spec/generated.</param>
    public static IReadOnlyList<OpcodeRow> ReadAll(string folder) =>
        [.. File.ReadLines(Path.Combine(folder, "opcodes.md")).Where(static line => line.StartsWith("| 0x", StringComparison.Ordinal)).Select(Parse)];

    // | 0x41 | [`sum y:f32[T,1], x:f32[T,D]`](../ops/sum.md) | 0 → 0 | step | y[t,0] = sum of x[t,:] in 16 lanes |
    private static OpcodeRow Parse(string line)
    {
        string[] cells = line.Replace("\\|", "\u0001", StringComparison.Ordinal).Split('|', StringSplitOptions.TrimEntries);
        string example = cells[2].Replace('\u0001', '|'), page = example[(example.IndexOf(Page, StringComparison.Ordinal) + Page.Length)..];
        return new OpcodeRow(
            cells[1][2..], page[..page.IndexOf(".md", StringComparison.Ordinal)], example.Split('`')[1], cells[5].Replace('\u0001', '|'));
    }
}
