using System.Text;
using PomIsa.Exhaustive.Oracles;
using PomIsa.Exhaustive.Tables;
using PomIsa.Kernels;

namespace PomIsa.Exhaustive.Tests;

/// <summary>Published digests: there for every function, the same in the spec's table, and what this machine gives for the sample.</summary>
public sealed class DigestTests
{
    private const string Begin = "| function | all 2^32 outputs | outputs of the sample |\n| --- | --- | --- |\n";

    public static TheoryData<string> Functions => [.. ElementaryFunctions.All.Select(static f => f.Name)];

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_gives_the_published_sample(string function)
    {
        SpanFunction apply = ElementaryFunctions.All.Single(f => f.Name == function).Apply;
        Assert.True(DigestFile.Read().TryGetValue(function, out PublishedDigests? digests), $"{function} has no digests: CONTRIBUTING.md says how to publish them");
        Assert.Equal(digests.Sample, TableDigest.Of<SampleInputs>(apply, 2, null, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_has_an_oracle(string function) =>
        Assert.Equal(function, Oracle.Of(function).Name);

    [Fact]
    public void Digests_stand_for_functions_of_the_registry_only() =>
        Assert.Empty(DigestFile.Read().Keys.Except(ElementaryFunctions.All.Select(static f => f.Name)));

    [Fact]
    public void The_table_of_the_spec_holds_the_published_digests()
    {
        string path = Path.Combine(DigestFile.Root, "spec", "numerics.md");
        string page = File.ReadAllText(path);
        int start = page.IndexOf(Begin, StringComparison.Ordinal);
        Assert.True(start >= 0, "spec/numerics.md has no table of digests");
        start += Begin.Length;
        int end = page.IndexOf("\n\n", start, StringComparison.Ordinal) + 1;
        var rows = new StringBuilder();
        foreach ((string name, PublishedDigests digests) in DigestFile.Read())
        {
            rows.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {name} | `{digests.Table}` | `{digests.Sample}` |\n");
        }

        if (Environment.GetEnvironmentVariable("POMISA_UPDATE") == "1")
        {
            File.WriteAllText(path, page[..start] + rows + page[end..]);
            return;
        }

        Assert.Equal(rows.ToString(), page[start..end]);
    }

    [Fact]
    public void A_line_that_is_not_a_name_and_two_digests_is_refused() =>
        Assert.Throws<InvalidDataException>(static () => DigestFile.Parse(["exp 3454"]));
}
