using System.Globalization;
using System.Security;
using System.Text;

namespace PomIsa.Onnx.Explaining;

/// <summary>An explanation as a picture: the graph as the file has it on the left, as it is lowered on the right, repeated layers once and boxed.</summary>
/// <remarks>Nodes stand below those that they read from. Nothing depends on fonts, times or names' hashes: the same model gives the same bytes.</remarks>
internal static class ExplanationSvg
{
    private const int Width = 188, Height = 38, Across = 20, Down = 26, Margin = 36, Title = 64, Frame = 14;

    public static string Of(Explanation explanation)
    {
        (SvgLayout before, SvgLayout after) = (SvgLayout.Of(explanation.Before), SvgLayout.Of(explanation.After));
        int middle = (2 * Margin) + Span(before.Columns), wide = middle + Span(after.Columns) + Margin;
        int high = Title + (Math.Max(before.Rows, after.Rows) * (Height + Down)) + Margin;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" font-family=\"sans-serif\" font-size=\"11\">\n");
        text.Append(CultureInfo.InvariantCulture, $"<rect width=\"{wide}\" height=\"{high}\" fill=\"#ffffff\"/>\n");
        Side(text, before, Margin, $"as the file has it: {explanation.Before.Nodes.Length} nodes");
        Side(text, after, middle, $"as it is lowered: {explanation.After.Nodes.Length} nodes");
        return text.Append("</svg>\n").ToString();
    }

    private static int Span(int columns) => Math.Max(columns * (Width + Across), 360);

    private static void Side(StringBuilder text, SvgLayout layout, int left, string title)
    {
        int X(SvgPlace p) => left + (p.Column * (Width + Across) / 2);
        int Y(SvgPlace p) => Title + (p.Row * (Height + Down));
        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{left}\" y=\"30\" font-size=\"16\" font-weight=\"bold\">{Escaped(title)}</text>\n");
        foreach (SvgBox box in layout.Boxes)
        {
            int top = Title + (box.FirstRow * (Height + Down)) - Frame, tall = ((box.LastRow - box.FirstRow + 1) * (Height + Down)) - Down + (2 * Frame);
            text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{left - Frame}\" y=\"{top}\" width=\"{(layout.Columns * (Width + Across)) - Across + (2 * Frame)}\" height=\"{tall}\" rx=\"8\" fill=\"#fafafa\" stroke=\"#999999\" stroke-dasharray=\"5 4\"/>\n");
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{left - Frame + 6}\" y=\"{top - 4}\" fill=\"#555555\">{box.Times} layers alike</text>\n");
        }

        foreach (SvgPlace place in layout.Places)
        {
            foreach (int source in place.Node.Sources)
            {
                SvgPlace from = layout.Places[source];
                int x1 = X(from) + (Width / 2), y1 = Y(from) + Height, x2 = X(place) + (Width / 2), y2 = Y(place);

                // What skips rows bows out, so that it is not hidden behind the nodes between.
                int rows = place.Row - from.Row, bow = rows > 1 ? Math.Min(60 + (rows * 4), 120) : 0, bend = Math.Min(18 + (rows * 8), 90);
                text.Append(CultureInfo.InvariantCulture, $"<path d=\"M{x1} {y1}C{x1 + bow} {y1 + bend} {x2 + bow} {y2 - bend} {x2} {y2}\" fill=\"none\" stroke=\"{(rows > 1 ? "#bbbbbb" : "#777777")}\"/>\n");
            }
        }

        foreach (SvgPlace place in layout.Places)
        {
            DrawnNode node = place.Node;
            text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{X(place)}\" y=\"{Y(place)}\" width=\"{Width}\" height=\"{Height}\" rx=\"5\" fill=\"{node.Colour}\" stroke=\"#555555\"/>");
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(place) + (Width / 2)}\" y=\"{Y(place) + 16}\" text-anchor=\"middle\" font-weight=\"bold\">{Escaped(Short(node.Title, 28))}</text>");
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(place) + (Width / 2)}\" y=\"{Y(place) + 30}\" text-anchor=\"middle\" font-size=\"8\" fill=\"#444444\">{Escaped(node.Detail)}</text>\n");
        }

        if (layout.Hidden > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{left}\" y=\"{Title + (layout.Rows * (Height + Down))}\">… and {layout.Hidden} nodes more</text>\n");
        }
    }

    private static string Short(string text, int most) => text.Length > most ? "…" + text[^(most - 1)..] : text;

    private static string Escaped(string text) => SecurityElement.Escape(text);
}
