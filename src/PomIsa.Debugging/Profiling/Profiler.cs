using System.Diagnostics;
using PomIsa.Isa.Verification;
using PomIsa.Machine;
using PomIsa.Machine.Execution;

namespace PomIsa.Debugging.Profiling;

/// <summary>Adds up what each instruction of a program takes.</summary>
internal sealed class Profiler(BoundProgram program) : IStepObserver
{
    private readonly Counters?[][] _counters = [.. program.Module.Functions.Select(static f => new Counters?[f.Body.Length])];
    private readonly Dictionary<(int Function, int Instruction), (long[] Symbols, double Work)> _work = [];
    private long _since;

    public IEnumerable<(int Function, int Instruction, Counters Counters)> All => _counters.SelectMany((function, f) =>
        function.Select((counters, i) => (f, i, counters!)).Where(static one => one.Item3 is not null));

    public bool TryBegin(RetirePlace place, Frame frame, OpContext context, out string refusal)
    {
        refusal = "";
        _since = Stopwatch.GetTimestamp();
        return true;
    }

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        double seconds = Stopwatch.GetElapsedTime(_since).TotalSeconds;
        refusal = "";
        (long read, long written) = Traffic.Of(context);
        ref Counters? counters = ref _counters[place.Function][place.Instruction];
        counters ??= new Counters();
        counters.Add(seconds, read, written, Work(place, context), context.Line.Row.Mnemonic is "linear.w8" or "linear.w4" or "matmul.i8");
        return true;
    }

    /// <summary>The formula's value, kept while the symbols are the same.</summary>
    private double Work(RetirePlace place, OpContext context)
    {
        (int, int) key = (place.Function, place.Instruction);
        if (_work.TryGetValue(key, out (long[] Symbols, double Work) known) && known.Symbols.AsSpan().SequenceEqual(context.Symbols))
        {
            return known.Work;
        }

        VerifiedFunction function = program.Verified.Functions[place.Function];
        double work = (double)function.Work(place.Instruction, context.Symbols);
        _work[key] = ([.. context.Symbols], work);
        return work;
    }
}
