using System.Diagnostics;
using System.Globalization;
using PomIsa.Disputes.Protocol;
using PomIsa.Evidence.Keys;

namespace PomIsa.Benchmarks.Disputes;

/// <summary>A lie that was settled.</summary>
/// <param name="Result">How.</param>
/// <param name="Seconds">What it took, both sides' executions together.</param>
/// <param name="Checks">Milliseconds of some checks of the proof, ascending.</param>
internal sealed record SettledLie(DisputeResult Result, double Seconds, double[] Checks)
{
    private const int Times = 21;

    public const string Heading = "opcode               kind    record  differs  rounds  of outputs  proof bytes  check ms (median, least)  settled in s";

    /// <summary>Settles a dispute and checks its proof.</summary>
    public static SettledLie Of(Party liar, Party honest, PomIsa.Kernels.WorkerPool pool)
    {
        long start = Stopwatch.GetTimestamp();
        DisputeResult result = Dispute.Settle(liar, honest, PomIsa.Disputes.Logs.Bisection.Sixteen, pool);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new SettledLie(result, seconds, result.Proof.IsEmpty ? [] : [.. Enumerable.Range(0, Times).Select(_ => Check(result.Proof.Span, liar.Key!, honest.Programs[0].Span)).Order()]);
    }

    public override string ToString() => Result.Outcome == Outcome.Proven && Result.Winner!.Key is null
        ? string.Create(CultureInfo.InvariantCulture, $"{Result.Report!.Finding!.Kind,-7} {Result.Report.Finding.Index,6}  {Result.Difference!.Index,7}  {Result.Difference.Rounds,6}  {Result.OutputRounds,10}  {Result.Proof.Length,11:N0}  {Checks[Times / 2],10:F2} {Checks[0],8:F2}          {Seconds,8:F1}")
        : $"{Result.Outcome}: {Result.Text}";

    private static double Check(ReadOnlySpan<byte> proof, VerifierKey key, ReadOnlySpan<byte> program)
    {
        long start = Stopwatch.GetTimestamp();
        FaultReport report = FaultCheck.Check(proof, key, program);
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return report.Verdict == FaultVerdict.Proven ? milliseconds : throw new InvalidOperationException(report.Text);
    }
}
