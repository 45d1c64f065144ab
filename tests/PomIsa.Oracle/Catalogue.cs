using PomIsa.Oracle.Cases;
using PomIsa.Oracle.Families;
using PomIsa.Oracle.Programs;

namespace PomIsa.Oracle;

/// <summary>The vector file of each opcode that the generated pages of spec/ list.</summary>
internal static class Catalogue
{
    private static readonly Dictionary<string, Func<IEnumerable<Case>>> Cases = new(
        ((IEnumerable<(string Mnemonic, Func<IEnumerable<Case>> Cases)>[])
        [
            ScalarCases.All, MoveCases.All, ViewCases.All, IndexCases.All, UnaryCases.All, BinaryCases.All, ComparisonCases.All, ReduceCases.All, ChoiceCases.All, NormCases.All,
            MatrixCases.All, QuantizedCases.All, TableCases.All, AttentionCases.All, CrossCases.All, ImageCases.All, StateCases.All, [("sample", SampleCases.Sample)],
        ]).SelectMany(static all => all).Select(static f => KeyValuePair.Create(f.Mnemonic, f.Cases)), StringComparer.Ordinal);

    /// <summary>The text of a row's file. Cases have names that are unique in it, and there is at least one.</summary>
    /// <exception cref="InvalidOperationException">The row has no cases, or a name comes twice.</exception>
    public static string Text(OpcodeRow row)
    {
        List<Json> cases =
        [
            .. (Cases.TryGetValue(row.Mnemonic, out Func<IEnumerable<Case>>? of) ? of() : []).Select(CaseJson.Of),
            .. ProgramCases.Written(row.Mnemonic),
            .. ProgramCases.Drawn(row.Mnemonic),
        ];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (Json one in cases)
        {
            string name = one.Fields![0].Value.ToString();
            if (!names.Add(name))
            {
                throw new InvalidOperationException($"{row.Mnemonic}: two cases are named {name}");
            }
        }

        return cases.Count == 0
            ? throw new InvalidOperationException($"{row.Mnemonic}: no cases")
            : JsonLayout.Text(Json.Object(
                ("opcode", Json.Of(row.Mnemonic)), ("code", Json.Of(row.Code)), ("meaning", Json.Of(row.Meaning)), ("cases", Json.List(cases))));
    }
}
