using System.Collections.Immutable;
using PomIsa.Chain.Pressure;

namespace PomIsa.Chain.Trigger;

/// <summary>The program that the chain runs on a kind of event.</summary>
/// <param name="Program">The module's digest.</param>
/// <param name="Manifest">The weights manifest's digest.</param>
/// <param name="Bounds">What one run may need at worst, as the verifier says.</param>
public readonly record struct Registration(Digest Program, Digest Manifest, Resources Bounds);

/// <summary>Which program answers which kind of event. Part of the genesis.</summary>
public sealed class ProgramRegistry
{
    private readonly ImmutableSortedDictionary<EventKind, Registration> _programs;

    private ProgramRegistry(ImmutableSortedDictionary<EventKind, Registration> programs) => _programs = programs;

    /// <summary>A registry without programs.</summary>
    public static ProgramRegistry Empty { get; } = new(ImmutableSortedDictionary<EventKind, Registration>.Empty);

    /// <summary>This registry with one program more.</summary>
    /// <exception cref="ArgumentException">The kind has a program already.</exception>
    public ProgramRegistry With(EventKind kind, Registration registration) => _programs.ContainsKey(kind)
        ? throw new ArgumentException($"There is a program for {kind} already.", nameof(kind))
        : new ProgramRegistry(_programs.Add(kind, registration));

    /// <summary>The program for <paramref name="kind"/>, if there is one.</summary>
    public bool TryGet(EventKind kind, out Registration registration) => _programs.TryGetValue(kind, out registration);

    internal void WriteTo(CanonicalWriter bytes)
    {
        bytes.U32(_programs.Count);
        foreach ((EventKind kind, Registration registration) in _programs)
        {
            bytes.U8((byte)kind).Hash(registration.Program).Hash(registration.Manifest);
            registration.Bounds.WriteTo(bytes);
        }
    }
}
