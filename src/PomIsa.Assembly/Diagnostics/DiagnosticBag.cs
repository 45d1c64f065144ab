using System.Collections.Immutable;
using PomIsa.Assembly.Syntax;

namespace PomIsa.Assembly.Diagnostics;

/// <summary>Collects what is wrong: each mistake once, although a <c>.repeat</c> meets it many times.</summary>
internal sealed class DiagnosticBag
{
    private readonly List<Diagnostic> _all = [];
    private readonly HashSet<(string File, int Line, int Column, DiagnosticCode Code)> _seen = [];
    private bool _allPoisoned;
    private readonly HashSet<string> _poisoned = new(StringComparer.Ordinal);

    public bool IsEmpty => _all.Count == 0;

    /// <summary>True once no further diagnostic is kept: work whose only result is diagnostics can stop.</summary>
    public bool IsFull => _all.Count > AssemblerLimits.Diagnostics;

    public void Add(Span at, DiagnosticCode code, string message, string? hint = null)
    {
        if (IsFull || !_seen.Add((at.File.Path, at.Line, at.Column, code)))
        {
            return;
        }

        if (_all.Count == AssemblerLimits.Diagnostics)
        {
            (code, message, hint) = (DiagnosticCode.TooManyErrors, "too many errors; the rest is not shown", null);
        }

        var line = at.File.Line(at.Line);
        var length = Math.Max(1, Math.Min(at.Length, line.Length - at.Column + 1));
        _all.Add(new Diagnostic(at.File.Path, at.Line, at.Column, length, code, message, hint ?? DiagnosticAdvice.For(code), line));
    }

    /// <summary>A name whose declaration is itself wrong: uses of it are not reported again.</summary>
    public void Poison(string name) => _poisoned.Add(name);

    /// <summary>Part of the source was left out, so that any name may have been declared there.</summary>
    public void PoisonAll() => _allPoisoned = true;

    public bool IsPoisoned(string name) => _allPoisoned || _poisoned.Contains(name);

    /// <summary>True if this name's own declaration is wrong.</summary>
    public bool IsMarked(string name) => _poisoned.Contains(name);

    /// <summary>An unknown name, with the nearest known one as hint.</summary>
    public void Unknown(Span at, DiagnosticCode code, string kind, string name, IEnumerable<string> known, string? otherwise = null)
    {
        // A suggestion costs time; a mistake that is not kept gets none.
        if (!IsPoisoned(name) && !IsFull && !_seen.Contains((at.File.Path, at.Line, at.Column, code)))
        {
            Add(at, code, $"unknown {kind} '{name}'", Suggestion.For(name, known) ?? otherwise);
        }
    }

    /// <summary>In the order of files as first met, then lines, then columns.</summary>
    public ImmutableArray<Diagnostic> Sorted()
    {
        var order = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var one in _all)
        {
            order.TryAdd(one.File, order.Count);
        }

        return [.. _all.OrderBy(one => one.Code == DiagnosticCode.TooManyErrors)
            .ThenBy(one => order[one.File]).ThenBy(one => one.Line).ThenBy(one => one.Column)];
    }
}
