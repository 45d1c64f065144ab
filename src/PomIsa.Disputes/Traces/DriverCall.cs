using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Disputes.Traces;

/// <summary>A <c>call</c> of a driver, looked up once for all the times that it is followed.</summary>
internal sealed class DriverCall
{
    // So much is looked at for a unit of work.
    private const int Looks = 16;

    private readonly (int Symbol, Dim From)[] _bindings;

    /// <param name="module">The program.</param>
    /// <param name="steps">What is known of its steps; gains that of the callee.</param>
    /// <param name="caller">The driver.</param>
    /// <param name="call">Its instruction.</param>
    public DriverCall(VerifiedModule module, CalledStepForm?[] steps, VerifiedFunction caller, Instruction call)
    {
        Callee = module.Functions[call.Operands[0].Index];
        Function function = Callee.Function;
        Step = function.Kind == FunctionKind.Step ? steps[Callee.Index] ??= new CalledStepForm(module, Callee) : null;
        Length = function.Body.Length;
        Arguments = [.. call.Operands.AsSpan().Slice(1, function.ParameterCount).ToArray().Select(static o => o.Index)];
        Results = [.. call.Operands.AsSpan()[(1 + function.ParameterCount)..].ToArray().Select(static o => o.Index)];
        _bindings = [.. Arguments.SelectMany((register, i) => function.Registers[i].Shape.Zip(caller.Function.Registers[register].Shape))
            .Where(static axis => axis.First.IsSymbol).Select(static axis => (axis.First.Symbol, axis.Second))];
        Work = Arguments.Length + Results.Length + module.Module.Symbols.Length
            + ((Step is null ? function.Registers.Length + function.LocalCount : Length + module.Module.States.Length) / Looks);
    }

    public VerifiedFunction Callee { get; }

    /// <summary>What is known of the step that is called; null where it is a driver.</summary>
    public CalledStepForm? Step { get; }

    /// <summary>Instructions of the callee.</summary>
    public int Length { get; }

    /// <summary>The caller's registers that are passed.</summary>
    public int[] Arguments { get; }

    /// <summary>The caller's registers that take the results.</summary>
    public int[] Results { get; }

    /// <summary>Units of work that it takes beside that of an instruction (spec/evidence.md, chapter 14 rule 20).</summary>
    public int Work { get; }

    /// <summary>Values of the symbols in the callee, those of its states not among them.</summary>
    public long[] Bind(long[] symbols)
    {
        long[] bound = symbols.AsSpan().ToArray();
        foreach ((int symbol, Dim from) in _bindings)
        {
            bound[symbol] = from.At(symbols);
        }

        return bound;
    }
}
