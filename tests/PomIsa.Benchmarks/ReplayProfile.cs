using System.Diagnostics;
using System.Globalization;
using PomIsa.Audit.Wide;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;

namespace PomIsa.Benchmarks;

/// <summary>Where the time of a wide replay goes: by opcode what it computes and what its commitments take, and what the driver takes behind it.</summary>
internal static class ReplayProfile
{
    private const int Rounds = 5;

    /// <param name="products">Of an audit: gives the products; null for a replay.</param>
    public static void Print(BoundProgram program, RunRequest request, EntryList entries, WorkerPool pool, WideOptions? products = null)
    {
        Dictionary<string, (double Work, double Commit)>? best = null;
        double least = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            Dictionary<string, (double Work, double Commit)> one = Once(program, request, entries, pool, products);
            double all = one.Values.Sum(static t => t.Work + t.Commit);
            (best, least) = all < least ? (one, all) : (best, least);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"of the fastest of {Rounds} rounds, ms | work    | commitments"));
        foreach ((string name, (double work, double commit)) in best!.OrderByDescending(static e => e.Value.Work + e.Value.Commit))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-28} | {work,7:F1} | {commit,7:F1}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"all",-28} | {best!.Values.Sum(static t => t.Work),7:F1} | {best.Values.Sum(static t => t.Commit),7:F1}"));
    }

    private static Dictionary<string, (double Work, double Commit)> Once(BoundProgram program, RunRequest request, EntryList entries, WorkerPool pool, WideOptions? products)
    {
        var times = new Dictionary<string, (double Work, double Commit)>();
        Module module = program.Module;
        RunOpen opening = request.Opening(program);
        long start = Stopwatch.GetTimestamp();
        if (!StepCall.TryRead(module, request, entries, out int step, out List<StepCall> calls)
            || !RowRules.TryClassify(module.Functions[step], out int symbol, out RowClass[] classes)
            || !WideProgram.TryMake(module, step, symbol, classes, calls, out WideProgram? made))
        {
            throw new InvalidOperationException("The run is not one for a wide replay.");
        }

        var outputs = new WideOutputs(module.Functions[step], classes, ChosenResults.Of(module, step, classes, request.Sampling), calls, made.Parts, pool, null);
        var timed = new Timed(outputs, times);
        times["(reading the log)"] = (Milliseconds(start), 0);
        start = Stopwatch.GetTimestamp();
        using BoundProgram wide = program.Sharing(made.Verified);
        IProductSource? source = products?.Products?.Invoke(module.Functions[step], classes, calls, made.Parts);
        using var kept = source as IDisposable;
        using var interpreter = new Interpreter(wide, made.Request with { Products = source }, pool, timed) { LeavesResults = true, OnlyStep = made.OnlyStep };
        times["(setting up)"] = (Milliseconds(start), 0);
        timed.Begin();
        if (!interpreter.TryRun(out _))
        {
            throw new InvalidOperationException("The wide steps did not run.");
        }

        start = Stopwatch.GetTimestamp();
        WideReplay.Compare(program, request, opening, entries, pool, step, calls, outputs, null);
        times["(the driver, comparing)"] = (Milliseconds(start), 0);
        return times;
    }

    private static double Milliseconds(long since) => Stopwatch.GetElapsedTime(since).TotalMilliseconds;

    private sealed class Timed(WideOutputs inner, Dictionary<string, (double Work, double Commit)> times) : IRetireObserver, IRowChoices
    {
        private long _last;

        public unsafe int* Take(int rows) => inner.Take(rows);

        public void Begin() => _last = Stopwatch.GetTimestamp();

        public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
        {
            double work = Milliseconds(_last);
            long start = Stopwatch.GetTimestamp();
            bool taken = inner.TryRetire(place, context, changes, out refusal);
            string name = context.Line.Row.Mnemonic;
            if (place.Function == WideProgram.Step && !context.Rows.IsEmpty)
            {
                name += string.Create(CultureInfo.InvariantCulture, $" {context.Rows.Rows} x {context.Rows.Depth} x {context.View(0).Columns}");
            }

            (double w, double c) = times.GetValueOrDefault(name);
            times[name] = (w + work, c + Milliseconds(start));
            _last = Stopwatch.GetTimestamp();
            return taken;
        }
    }
}
