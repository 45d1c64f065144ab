using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Machine;

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
        program = new FuzzProgram(module, [.. draft.Weights], [.. module.Inputs.Select((input, i) => Input(choices, input.Type, i == 0, rows))], seed, steady);
        Bounds bounds = program.Verified.Bounds;
        return bounds.MultiplyAdds <= MostWork && bounds.Retires <= MostRetires;
    }

    /// <summary>Ids that are in the usual vocabulary as a rule, or values of any kind; at times other rows than its fellows.</summary>
    private static InputTensor Input(Choices choices, TensorType type, bool ids, int rows)
    {
        int[] shape = [.. type.Shape.Select(d => !d.IsSymbol ? d.Value : choices.Chance(98) ? rows : rows + 1)];
        int size = DTypes.SizeOf(type.Element), count = shape.Aggregate(1, static (a, b) => a * b);
        Spread spread = Spreads.Draw(choices);
        var bytes = new byte[count * size];
        for (int i = 0; i < count; i++)
        {
            ulong bits = !ids ? Spreads.Value(choices, type.Element, spread)
                : choices.Chance(98) ? (ulong)choices.Below(32)
                : unchecked((ulong)choices.Pick(-1, 32, 48, int.MaxValue));
            BitConverter.GetBytes(bits).AsSpan(0, size).CopyTo(bytes.AsSpan(i * size));
        }

        return new InputTensor(type.Element, [.. shape], [.. bytes]);
    }
}
