using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Fuzz.Generation;

/// <summary>A valid program from a seed.</summary>
internal static class ProgramGenerator
{
    /// <summary>What a run may take at most, so that a reference that computes one value at a time ends soon.</summary>
    private const ulong MostWork = 2_000_000, MostRetires = 4_000;

    /// <summary>Generates a program.</summary>
    /// <param name="seed">All decisions follow from it.</param>
    /// <param name="focus">A row that the program should hold.</param>
    /// <param name="steady">Whether all trip counts are at their maximum and nothing branches.</param>
    public static FuzzProgram Generate(ulong seed, OpcodeRow? focus = null, bool? steady = null)
    {
        var choices = new Choices(seed);
        while (true)
        {
            bool isSteady = steady ?? (focus is null && choices.Chance(20));
            if (TryGenerate(choices, focus, isSteady, seed, out FuzzProgram? program))
            {
                return program;
            }
        }
    }

    private static bool TryGenerate(Choices choices, OpcodeRow? focus, bool steady, ulong seed, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FuzzProgram? program)
    {
        var draft = new Draft(choices, choices.Chance(12), steady);
        for (int i = choices.Below(3); i > 0; i--)
        {
            StepGenerator.Generate(draft, focus, []);
        }

        if (choices.Chance(25))
        {
            DriverGenerator.Helper(draft);
        }

        int entry = DriverGenerator.Entry(draft, focus);
        Module module = draft.Module with { Entry = entry };
        int most = module.Symbols[draft.InputSymbols[0]].Max;
        int rows = steady ? most : choices.Chance(95) ? choices.Between(1, most) : choices.Pick(0, most + 1);
        ImmutableArray<int> prompt = [.. Enumerable.Range(0, rows).Select(_ => choices.Chance(98) ? choices.Below(32) : choices.Pick(-1, 32, 48, int.MaxValue))];
        program = new FuzzProgram(module, [.. draft.Weights], prompt, seed, steady);
        Bounds bounds = program.Verified.Bounds;
        return bounds.MultiplyAdds <= MostWork && bounds.Retires <= MostRetires;
    }
}
