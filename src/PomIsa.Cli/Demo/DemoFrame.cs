using System.Globalization;
using PomIsa.Chain.Governance;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PomIsa.Cli.Demo;

using Text = Spectre.Console.Text;

/// <summary>Composes the one screen of the demo.</summary>
internal static class DemoFrame
{
    private const int Label = 11, SideBySide = 110;

    public static IRenderable Of(DemoView view, int width)
    {
        var rows = new List<IRenderable> { new Rule($"[bold]PomIsa demo[/]  {Markup.Escape(view.Folder)}") { Justification = Justify.Left } };
        Add(rows, "program", view.Program);
        Add(rows, "bounds", view.Bounds);
        Add(rows, "weights", view.Loaded.Length > 0 ? view.Loaded : view.Weights);
        Add(rows, "resumed", view.Resumed);
        rows.Add(new Text(""));
        (string curve, string marks) = Sparkline.Of(view.Curve, view.BlocksTotal, width - Label - 1);
        bool pressed = view.Curve.Count > 0 && view.Curve[^1].Phase is Chain.Pressure.Phase.Crossed or Chain.Pressure.Phase.Sustained;
        Add(rows, "pressure", curve, pressed ? "red" : "green");
        Add(rows, "", marks, "yellow");
        if (view.Curve.Count > 0)
        {
            CurvePoint now = view.Curve[^1];
            Add(rows, "", $"block {now.Height} of {view.BlocksTotal}: {now.Pressure} against a threshold of {now.Threshold}   ▲ event  ▽ released", "grey");
        }

        Add(rows, "event", view.Event);
        if (view.Votes.Count > 0)
        {
            rows.Add(Window(view, width));
        }

        Add(rows, "relief", view.Relief);
        rows.Add(new Text(""));
        Add(rows, "numbers", string.Create(
            CultureInfo.InvariantCulture,
            $"{view.Retired:N0} opcodes retired · {view.Minted:N0} records minted · {view.Tokens:N0} tokens · {view.TokensPerSecond:N0} tokens/s · {100 * view.EvidenceShare:F0} % of the time for evidence"));
        Add(rows, "checkpoint", view.Checkpoint);
        Add(rows, "observer", view.Observer, view.Accepted switch { true => "bold green", false => "bold red", _ => "default" });
        return new Rows(rows);
    }

    private static Table Window(DemoView view, int width)
    {
        string votes = SummaryPrompt.Of(view.Votes).TrimEnd('\n'), summary = view.Summary.TrimEnd('\n');
        var table = new Table { Border = TableBorder.Rounded, Expand = true, ShowRowSeparators = false };
        if (width >= SideBySide)
        {
            table.AddColumn(new TableColumn("[grey]votes[/]")).AddColumn(new TableColumn("[grey]summary[/]"));
            string[] left = votes.Split('\n'), right = summary.Split('\n');
            for (int i = 0; i < Math.Max(left.Length, right.Length); i++)
            {
                table.AddRow(new Text(i < left.Length ? left[i] : ""), new Text(i < right.Length ? right[i] : "", new Style(decoration: Decoration.Bold)));
            }

            return table;
        }

        table.AddColumn(new TableColumn("[grey]votes, and their summary[/]"));
        table.AddRow(new Text(votes));
        table.AddRow(new Text("→ " + summary, new Style(decoration: Decoration.Bold)));
        return table;
    }

    private static void Add(List<IRenderable> rows, string label, string text, string style = "default")
    {
        if (text.Length > 0)
        {
            var grid = new Grid().AddColumn(new GridColumn { Width = Label, Padding = new Padding(0, 0, 1, 0) }).AddColumn(new GridColumn { Padding = new Padding(0) });
            grid.AddRow(new Text(label, new Style(Color.Grey)), new Text(text, Style.Parse(style)));
            rows.Add(grid);
        }
    }
}
