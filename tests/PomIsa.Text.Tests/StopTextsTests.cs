using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace PomIsa.Text.Tests;

public sealed class StopTextsTests
{
    /// <summary>However the text comes in pieces: all before the first stop text, and nothing after.</summary>
    [Property(MaxTest = 1000)]
    public Property The_stream_ends_before_the_first_of_them() => Prop.ForAll(
        Gen.Elements("a", "b", "ab", "aab", "ba", "bbb").ListOf().ToArbitrary(),
        Gen.Elements("aba", "bb", "aabb", "abab").ListOf().ToArbitrary(),
        (pieces, stops) =>
        {
            string whole = string.Concat(pieces);
            int first = stops.Select(s => whole.IndexOf(s, StringComparison.Ordinal)).Where(i => i >= 0).DefaultIfEmpty(-1).Min();
            var texts = new StopTexts(stops);
            string given = string.Concat(pieces.Select(texts.Add).ToArray());
            return first < 0 ? texts.Found is null && given + texts.End() == whole : whole.StartsWith(given, StringComparison.Ordinal)
                && texts.End().Length == 0 && stops.Contains(texts.Found!) && EndsAtAStop(whole, given, texts.Found!);
        });

    [Fact]
    public void What_may_become_one_waits()
    {
        var texts = new StopTexts(["\nUser:"]);
        Assert.Equal("Hi", texts.Add("Hi\nU"));
        Assert.Equal("", texts.Add("s"));
        Assert.Equal("\nUs", texts.Add("\nUser"));
        Assert.Equal("", texts.Add(": more"));
        Assert.Equal("\nUser:", texts.Found);
        Assert.Throws<ArgumentException>(() => new StopTexts([""]));
    }

    private static bool EndsAtAStop(string whole, string given, string stop) => whole.AsSpan(given.Length).StartsWith(stop, StringComparison.Ordinal);
}
