using System.Collections.Immutable;
using PomIsa.Conformance.Running;
using PomIsa.Conformance.Vectors;

namespace PomIsa.Conformance.Report;

/// <summary>How far a run has come.</summary>
public readonly record struct SuiteProgress(int Done, int Total, int Failed, string Group);

/// <summary>Runs cases on a machine and counts.</summary>
public sealed class Suite(ImmutableArray<VectorCase> cases)
{
    /// <summary>Failures that are kept in full.</summary>
    public const int MostFailures = 20;

    /// <summary>A machine that crashes or hangs so often in a row is not asked any more.</summary>
    private const int MostLosses = 20;

    private readonly List<CaseResult> _failures = [];
    private readonly Dictionary<string, (int[] Counts, int Passed)> _groups = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private int _losses;

    /// <summary>Runs all cases, or those until a stop.</summary>
    /// <exception cref="MachineUnavailableException">The machine can't be started.</exception>
    /// <exception cref="MachineFailedException">It does not answer <c>hello</c>.</exception>
    public SuiteReport Run(IMachine machine, IProgress<SuiteProgress>? progress, CancellationToken stop)
    {
        var runner = new CaseRunner(machine, stop);
        (string name, int version) = runner.Hello();
        int done = 0, failed = 0;
        try
        {
            foreach (VectorCase one in cases)
            {
                CaseResult result = _losses < MostLosses ? runner.Run(one) : new CaseResult(one, "Not asked: the machine failed too often.");
                // A failure without an answer is a machine that was lost.
                _losses = result.Passed || result.Answer.Length > 0 ? (_losses < MostLosses ? 0 : _losses) : _losses + 1;
                Count(result);
                failed += result.Passed ? 0 : 1;
                done++;
                progress?.Report(new SuiteProgress(done, cases.Length, failed, one.Group));
            }
        }
        catch (OperationCanceledException)
        {
            // What was counted so far is told.
        }

        return new SuiteReport(name, version, [.. _order.Select(g => new GroupCount(g, [.. _groups[g].Counts], _groups[g].Passed))], [.. _failures], done == cases.Length);
    }

    private void Count(CaseResult result)
    {
        string group = result.Case.Group;
        if (!_groups.TryGetValue(group, out (int[] Counts, int Passed) count))
        {
            count = (new int[Enum.GetValues<Expectation>().Length], 0);
            _order.Add(group);
        }

        count.Counts[(int)result.Case.Expectation]++;
        _groups[group] = (count.Counts, count.Passed + (result.Passed ? 1 : 0));
        if (!result.Passed && _failures.Count < MostFailures)
        {
            _failures.Add(result);
        }
    }
}
