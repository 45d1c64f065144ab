using System.Collections.Concurrent;
using System.Diagnostics;
using PomIsa.Fuzz.Generation;
using PomIsa.Fuzz.Properties;
using PomIsa.Fuzz.Shrinking;

namespace PomIsa.Fuzz.Runs;

/// <summary>A property that a program does not have.</summary>
internal sealed record Failure(string Property, FuzzProgram Program, string Message);

/// <summary>Programs and properties for a number of minutes, on all processors.</summary>
internal sealed class LongRun(TimeSpan time, ulong firstSeed, Action<string> say)
{
    private const int MostFailures = 20, MostOfOne = 4;

    private readonly ConcurrentBag<Failure> _failures = [];
    private readonly ConcurrentDictionary<string, long> _checks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, string> _underway = [];
    private readonly Stopwatch _clock = new();
    private readonly Tally _tally = new();
    private long _next;

    /// <summary>Runs to the end of its time.</summary>
    public Report Run()
    {
        _clock.Start();
        Task[] workers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Factory.StartNew(
            Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        for (int minute = 1; !Task.WaitAll(workers, TimeSpan.FromMinutes(1)); minute++)
        {
            say($"{minute} min: {_tally.Programs} programs, {_tally.Executed} instructions, {_tally.MutatedModules} mutated modules, {_tally.MutatedSources} mutated sources, {_failures.Count} failures");
            if (_clock.Elapsed > time + TimeSpan.FromMinutes(2))
            {
                say($"A check does not end: {string.Join("; ", _underway.Values)}");
                break;
            }
        }

        return new Report(_clock.Elapsed, _tally, _checks.ToDictionary(), [.. _failures]);
    }

    private void Work()
    {
        using Bench pools = Bench.Open();
        Bench bench = pools with { Tally = _tally };
        FuzzProperty[] turns = [.. All.Properties.SelectMany(static p => Enumerable.Repeat(p, p.Weight))];
        while (_clock.Elapsed < time && _failures.Count < MostFailures)
        {
            ulong seed = firstSeed + (ulong)Interlocked.Increment(ref _next);
            FuzzProgram program = ProgramGenerator.Generate(seed);
            _tally.Generated(program.Module);
            for (int i = 0; i < 3; i++)
            {
                FuzzProperty property = turns[(int)((seed + (ulong)(i * 7)) % (ulong)turns.Length)];
                _underway[Environment.CurrentManagedThreadId] = $"seed {seed}, {property.Name}";
                _checks.AddOrUpdate(property.Name, 1, static (_, n) => n + 1);
                if (Failing(property, program, bench) is { } message)
                {
                    Note(property, program, message, bench with { Tally = new Tally() });
                }
            }
        }
    }

    private void Note(FuzzProperty property, FuzzProgram program, string message, Bench bench)
    {
        if (_failures.Count(f => f.Property == property.Name) >= MostOfOne)
        {
            return;
        }

        FuzzProgram smallest = ProgramShrinker.Smallest(program, candidate => Failing(property, candidate, bench) is not null);
        var failure = new Failure(property.Name, smallest, Failing(property, smallest, bench) ?? message);
        _failures.Add(failure);
        say($"seed {program.Seed}: not so: {property.Name}\n{failure.Message}\n{smallest}");
    }

    private static string? Failing(FuzzProperty property, FuzzProgram program, Bench bench)
    {
        try
        {
            property.Check(program, bench);
            return null;
        }
        catch (Exception e)
        {
            return e is Xunit.Sdk.XunitException ? e.Message : string.Join('\n', e.ToString().Split('\n').Take(6));
        }
    }
}
