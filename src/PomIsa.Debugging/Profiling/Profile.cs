using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;

namespace PomIsa.Debugging.Profiling;

/// <summary>A line of a profile.</summary>
/// <param name="Name">The opcode; or file and line, or function and instruction where there are no positions.</param>
/// <param name="Detail">Function and opcode of a source line; empty for an opcode.</param>
/// <param name="Counters">What it took.</param>
public sealed record ProfileEntry(string Name, string Detail, Counters Counters);

/// <summary>Where the time of one run went.</summary>
public sealed record Profile
{
    /// <summary>By opcode, the longest first.</summary>
    public required ImmutableArray<ProfileEntry> Opcodes { get; init; }

    /// <summary>By source line, the longest first.</summary>
    public required ImmutableArray<ProfileEntry> Lines { get; init; }

    /// <summary>All together.</summary>
    public required Counters Total { get; init; }

    /// <summary>Executes a program without evidence and measures each instruction.</summary>
    /// <param name="warm">Whether to execute it once before, so that no kernel is compiled and no weight first touched while it is measured.</param>
    public static bool TryMeasure(
        BoundProgram program, RunRequest request, WorkerPool pool, bool warm, [NotNullWhen(true)] out Profile? profile, out MachineFault fault)
    {
        ArgumentNullException.ThrowIfNull(program);
        profile = null;
        if (warm && !TryRun(program, request, pool, out _, out fault))
        {
            return false;
        }

        if (!TryRun(program, request, pool, out Profiler profiler, out fault))
        {
            return false;
        }

        var map = new ProgramMap(program.Module);
        var total = new Counters();
        foreach ((_, _, Counters counters) in profiler.All)
        {
            total.Add(counters);
        }

        profile = new Profile
        {
            Opcodes = Sum(profiler.All.Select(one => (Mnemonic(map, one.Function, one.Instruction), "", one.Counters))),
            Lines = Sum(profiler.All.Select(one => (Place(map, one.Function, one.Instruction), $"{map.Module.FunctionName(one.Function)}: {Mnemonic(map, one.Function, one.Instruction)}", one.Counters))),
            Total = total,
        };
        return true;
    }

    private static bool TryRun(BoundProgram program, RunRequest request, WorkerPool pool, out Profiler profiler, out MachineFault fault)
    {
        profiler = new Profiler(program);
        using var interpreter = new Interpreter(program, request, pool, profiler);
        return interpreter.TryRun(out fault);
    }

    private static ImmutableArray<ProfileEntry> Sum(IEnumerable<(string Name, string Detail, Counters Counters)> parts) =>
    [
        .. parts.GroupBy(static one => (one.Name, one.Detail)).Select(static group =>
        {
            var sum = new Counters();
            foreach ((_, _, Counters counters) in group)
            {
                sum.Add(counters);
            }

            return new ProfileEntry(group.Key.Name, group.Key.Detail, sum);
        }).OrderByDescending(static one => one.Counters.Seconds).ThenBy(static one => one.Name, StringComparer.Ordinal),
    ];

    private static string Mnemonic(ProgramMap map, int function, int instruction) => map.Module.Functions[function].Body[instruction].Row.Mnemonic;

    private static string Place(ProgramMap map, int function, int instruction) =>
        map.Source(function, instruction) is { Length: > 0 } source ? source : map.Place(function, instruction);
}
