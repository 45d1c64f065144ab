using System.Collections.Immutable;

namespace PomIsa.Architectures;

/// <summary>Why a model is not compiled: everything that is wrong with it, as far as one look tells.</summary>
public sealed class ArchitectureException : Exception
{
    /// <summary>Problems that one message lists; the rest are counted.</summary>
    public const int Shown = 20;

    /// <param name="problems">At least one, each a sentence without its full stop.</param>
    public ArchitectureException(params IEnumerable<string> problems)
        : this([.. problems])
    {
    }

    private ArchitectureException(ImmutableArray<string> problems)
        : base(Text(problems)) => Problems = problems;

    /// <summary>Each problem.</summary>
    public ImmutableArray<string> Problems { get; }

    private static string Text(ImmutableArray<string> problems)
    {
        IEnumerable<string> shown = problems.Take(Shown).Select(static p => Clean(p));
        string rest = problems.Length > Shown ? $"\n  … and {problems.Length - Shown} more" : "";
        return problems.Length == 1 ? shown.First() : $"{problems.Length} problems:\n  {string.Join("\n  ", shown)}{rest}";
    }

    // Names in a message are a stranger's: no control character reaches the terminal, and none fills it.
    private static string Clean(string problem)
    {
        string text = problem.Length > 400 ? problem[..400] + "…" : problem;
        return string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c));
    }
}
