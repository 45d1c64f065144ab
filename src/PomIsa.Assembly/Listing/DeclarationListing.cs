using System.Globalization;
using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Programs;
using PomIsa.Isa;

namespace PomIsa.Assembly.Listing;

/// <summary>Everything before the functions.</summary>
internal static class DeclarationListing
{
    public static void Write(SourceWriter text, Module module, ModuleNaming names)
    {
        var docs = new DocTable(module);
        var name = module.Names?.Module ?? "";
        if (name.Length > 0 || docs.Of(TextTarget.Module, 0) is not null)
        {
            text.Doc(docs.Of(TextTarget.Module, 0));
            text.Line(name.Length > 0 ? $".module {Names.Quote(name)}" : ".module");
        }

        Table(text, module.Symbols.Select((one, i) =>
            (docs.Of(TextTarget.Symbol, i), new[] { ".symbol", names.Symbols[i], $"max {Number(one.Max)}" })));
        Table(text, module.Inputs.Select((one, i) =>
            (docs.Of(TextTarget.Input, i), new[] { ".input", names.Inputs[i], names.Type(one.Type) })));
        Table(text, module.States.Select((one, i) =>
            (docs.Of(TextTarget.State, i), new[] { ".state", names.States[i], State(one, names), $"max {Number(one.MaxRows)}" })));
        var contents = module.Data.ToLookup(data => data.Weight);
        Table(text, module.Weights.Select((one, i) => (docs.Of(TextTarget.Weight, i), Weight(one, names.Weights[i], contents[i].FirstOrDefault()))));
    }

    private static void Table(SourceWriter text, IEnumerable<(string? Doc, string[] Cells)> rows)
    {
        text.Blank();
        text.Table([.. rows]);
    }

    private static string State(StateEntry state, ModuleNaming names) =>
        names.Type(new TensorType(state.Element, [Dim.OfSymbol(state.Symbol), .. state.Row.Select(Dim.Of)]));

    private static string[] Weight(WeightEntry weight, string name, WeightData? data)
    {
        var rest = new List<string>();
        if (weight.Layout != DeclarationAssembler.DefaultLayout(weight.Element))
        {
            rest.Add(weight.Layout == WeightLayout.Rows ? "rows" : "panels");
        }

        if (data is not null && DataText.TryList(weight, data.Bytes.AsSpan(), out var contents))
        {
            rest.Add(contents);
        }
        else
        {
            rest.AddRange(weight.Digest.IsZero && data is null ? [] : [$"digest 0x{weight.Digest}"]);
            rest.AddRange(data is null ? [] : [$"data 0x{Convert.ToHexStringLower(data.Bytes.AsSpan())}"]);
        }

        string[] cells = [".weight", name, $"{DTypes.NameOf(weight.Element)}[{string.Join(", ", weight.Shape)}]"];
        return rest.Count == 0 ? cells : [.. cells, string.Join(' ', rest)];
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Doc comments by what they belong to.</summary>
internal sealed class DocTable(Module module)
{
    private readonly Dictionary<(TextTarget, int), string> _texts =
        module.Text?.Entries.ToDictionary(one => (one.Target, one.Index), one => one.Text) ?? [];

    public string? Of(TextTarget target, int index) => _texts.GetValueOrDefault((target, index));
}
