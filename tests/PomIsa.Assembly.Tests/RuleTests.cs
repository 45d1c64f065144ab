using System.Text.RegularExpressions;

namespace PomIsa.Assembly.Tests;

public sealed partial class RuleTests
{
    public static TheoryData<DiagnosticCode> Codes() => [.. Enum.GetValues<DiagnosticCode>()];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_mistake_names_a_rule_of_the_page(DiagnosticCode code)
    {
        if (DiagnosticRules.Of(code) is not { } rule)
        {
            Assert.Equal(DiagnosticCode.Refused, code);
            return;
        }

        var page = File.ReadAllLines(Path.Combine(Source.Folder, "..", "..", "spec", "assembly.md"));
        var numbers = Number().Matches(rule.Split(':')[0]).Select(match => match.Value).ToArray();
        Assert.NotEmpty(numbers);
        Assert.All(numbers, number => Assert.Single(page, line => line.StartsWith(number + ". ", StringComparison.Ordinal)));
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
