using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PomIsa.Conformance.Vectors;

namespace PomIsa.Conformance.Report;

/// <summary>A report as a table for people and as JSON for programs.</summary>
public static class ReportText
{
    private const int Shown = 1000;

    private static readonly string[] Stages = ["value", "malformed", "invalid", "trap", "exhausted"];

    /// <summary>A row for each opcode and topic, the total, then the first failures.</summary>
    public static string Table(SuiteReport report)
    {
        int width = Math.Max(12, report.Groups.Select(static g => g.Group.Length).DefaultIfEmpty(0).Max());
        var text = new StringBuilder();
        text.Append("opcode".PadRight(width));
        foreach (string head in (string[])[.. Stages, "passed", "failed"])
        {
            text.Append(head.PadLeft(11));
        }

        text.Append('\n');
        foreach (GroupCount group in report.Groups.Append(report.Total))
        {
            text.Append(group.Group.PadRight(width));
            foreach (int count in (int[])[.. group.ByExpectation, group.Passed, group.Failed])
            {
                text.Append((count == 0 ? "·" : count.ToString("N0", CultureInfo.InvariantCulture)).PadLeft(11));
            }

            text.Append('\n');
        }

        GroupCount total = report.Total;
        int rejections = total.Assertions - total.ByExpectation[0];
        text.Append(CultureInfo.InvariantCulture, $"{report.Machine}, instruction set {report.Version}: {total.Assertions:N0} assertions, {rejections:N0} of them rejections ({Share(rejections, total.Assertions)} %); {total.Passed:N0} passed, {total.Failed:N0} failed");
        text.Append(report.IsComplete ? ".\n" : ", then interrupted.\n");
        foreach (CaseResult failure in report.Failures)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{failure.Case.Group}, {failure.Case.Name}\n  {failure.Difference}\n");
            Line(text, "request", failure.Request);
            Line(text, "answer ", failure.Answer);
        }

        if (total.Failed > report.Failures.Length)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nand {total.Failed - report.Failures.Length:N0} more failures.\n");
        }

        return text.ToString();
    }

    /// <summary>Counts by stage, passed, failed, by opcode, and the first failures.</summary>
    public static JsonObject Json(SuiteReport report)
    {
        GroupCount total = report.Total;
        return new JsonObject
        {
            ["machine"] = report.Machine,
            ["isa"] = report.Version,
            ["complete"] = report.IsComplete,
            ["assertions"] = total.Assertions,
            ["byStage"] = ByStage(total),
            ["passed"] = total.Passed,
            ["failed"] = total.Failed,
            ["opcodes"] = new JsonArray([.. report.Groups.Select(static g => (JsonNode)new JsonObject
            {
                ["name"] = g.Group,
                ["assertions"] = g.Assertions,
                ["byStage"] = ByStage(g),
                ["passed"] = g.Passed,
                ["failed"] = g.Failed,
            })]),
            ["failures"] = new JsonArray([.. report.Failures.Select(static f => (JsonNode)new JsonObject
            {
                ["opcode"] = f.Case.Group,
                ["name"] = f.Case.Name,
                ["difference"] = f.Difference,
            })]),
        };
    }

    private static JsonObject ByStage(GroupCount count) =>
        new(Stages.Select((stage, i) => KeyValuePair.Create<string, JsonNode?>(stage, count.ByExpectation[i])));

    private static string Share(int part, int whole) =>
        (whole == 0 ? 0 : 100.0 * part / whole).ToString("0.0", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, string what, string line)
    {
        if (line.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {what} {(line.Length <= Shown ? line : line[..Shown] + "…")}\n");
        }
    }
}
