using PomIsa.Rejections.Mistakes;
using PomIsa.Rejections.Recipes;
using PomIsa.Rejections.Topics;

namespace PomIsa.Rejections;

/// <summary>All files of spec/vectors/reject.</summary>
internal static class Catalogue
{
    private static readonly string[] Control = ["halt", "call", "ret", "loop", "brk", "brk_if", "if", "else", "end"];

    /// <param name="opcodes">Path of spec/generated/opcodes.md.</param>
    /// <exception cref="InvalidOperationException">An opcode has no recipe, or one that is not its row's.</exception>
    public static IEnumerable<CaseFile> All(string opcodes)
    {
        List<OpcodeRow> rows = OpcodePage.Read(opcodes);
        var recipes = RecipeBook.All.ToDictionary(static r => r.Mnemonic, StringComparer.Ordinal);
        foreach (OpcodeRow row in rows)
        {
            if (Opcode(row, recipes.GetValueOrDefault(row.Mnemonic)) is { } file)
            {
                yield return file.Checked();
            }
        }

        yield return Topic("truncations", "modules and sections that end too early", Truncations.All);
        yield return Topic("numbers", "numbers that are not in their shortest form, and indices that name nothing", Numbers.All);
        yield return Topic("sections", "magic, version, and sections that are missing, empty, unknown or out of order", Sections.All);
        yield return Topic("values", "bytes and numbers that mean nothing, counts beyond their limits", Values.All([.. rows.Select(static r => r.Code)]));
        yield return Topic("texts", "names and doc comments", Texts.All);
        yield return Topic("declarations", "symbols, weights, states, inputs, registers, signatures, entry and data", Declarations.All);
        yield return Topic("flow", "blocks, ends, unreachable code, stacks, values on every path, bounds of loops", Flow.All);
        yield return Topic("calls", "arguments, results, cycles and depth of calls", Calls.All);
        var codes = rows.ToDictionary(static r => r.Mnemonic, static r => r.Code, StringComparer.Ordinal);
        yield return Topic("steps", "appends, writes and reads of states, and where symbols have values", new Steps(codes).All);
        yield return Topic("limits", "as many as the limits allow", Limits.All);
        yield return Topic("records", "programs that run to their end, with every record", Records.All);
        yield return Topic("products", "products by a weight, with the records of what they multiply", Products.All);
        yield return Topic("runs", "programs that end in a trap or reach a bound", new Runs(codes).All);
    }

    private static CaseFile Topic(string name, string meaning, IEnumerable<Rejection> cases) =>
        new CaseFile(name, $"\"topic\": \"{name}\",\n  \"meaning\": \"{meaning}\"", [.. cases]).Checked();

    private static CaseFile? Opcode(OpcodeRow row, Recipe? recipe)
    {
        if (Control.Contains(row.Mnemonic))
        {
            return null; // flow and calls are about them
        }

        recipe ??= row.Operands.Length == 0 ? new Recipe(row.Mnemonic) : throw new InvalidOperationException($"There is no recipe for {row.Mnemonic}.");
        string[] kinds = [.. recipe.Items.Select(KindOf)];
        if (!kinds.SequenceEqual(row.Operands))
        {
            throw new InvalidOperationException($"{row.Mnemonic} has {string.Join(", ", row.Operands)}; its recipe {string.Join(", ", kinds)}.");
        }

        return new CaseFile(
            row.Mnemonic, $"\"opcode\": \"{row.Mnemonic}\",\n  \"meaning\": \"modules around one instruction, with one mistake each\"",
            [.. PlaceMistakes.Of(row, recipe), .. OperandMistakes.Of(row, recipe), .. CodeBytes.Of(row, recipe)]);
    }

    private static string KindOf(Item item) => item switch
    {
        Register => "register",
        WeightItem => "weight",
        StateItem => "state",
        SymbolItem => "symbol",
        LocalItem => "local",
        InputItem => "input",
        Immediate { Pieces: [{ Kind: Encoding.PieceKind.Signed }] } => "i64",
        Immediate { Pieces: [{ Kind: Encoding.PieceKind.Run }] } => "f32",
        Immediate { Pieces: [{ Kind: Encoding.PieceKind.Byte }] } => "type",
        Immediate { Pieces: [{ Kind: Encoding.PieceKind.Count }, ..] } => "axes",
        Immediate => "u32",
        _ => "?",
    };
}
