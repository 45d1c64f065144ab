using PomIsa.Rejections.Modules;
using static PomIsa.Rejections.Modules.Element;

namespace PomIsa.Rejections.Topics;

/// <summary>As many as the limits allow, which must be accepted; what is one more is refused by its count (values.json) or its rule.</summary>
internal static class Limits
{
    public static IEnumerable<Rejection> All => [.. Counts(), Sites()];

    private static IEnumerable<Rejection> Counts()
    {
        yield return Valid("64 symbols", static d => d.Symbols.AddRange(Enumerable.Repeat(1, 64)));
        yield return Valid("64 inputs", static d => d.Inputs.AddRange(Enumerable.Repeat(new Kind(I32), 64)));
        yield return Valid("64 parameters and 64 results", static d =>
        {
            var step = new Function { Parameters = 64, Results = 64 };
            step.Registers.AddRange(Enumerable.Repeat(new Kind(Bool), 128));
            step.Body.AddRange([.. Enumerable.Range(64, 64).Select(Asm.Zeros), Asm.Ret]);
            d.Functions.Add(step);
        });
        yield return Valid("256 locals", static d => d.Functions[0].Locals = 256);
        yield return Valid("1000 registers", static d => d.Functions[0].Registers.AddRange(Enumerable.Repeat(new Kind(I8), 1000)));
        yield return Valid("1000 functions", static d => d.Functions.AddRange(Enumerable.Range(0, 999).Select(static _ => new Function { Body = { Asm.Ret } })));
        yield return Valid("500 states", static d =>
        {
            d.Symbols.Add(4);
            d.States.AddRange(Enumerable.Range(0, 500).Select(static _ => new State(I8, [1], 0, 1)));
        });
        yield return Valid("100 weights", static d => d.Weights.AddRange(Enumerable.Range(0, 100).Select(static i => new Weight($"w{i}", F32, [1], false))));
        yield return Valid("2000 instructions", static d => d.Functions[0].Body.InsertRange(0, Enumerable.Repeat<Code[]>([Asm.Push(0), Asm.Drop], 1000).SelectMany(static c => c)));
        yield return Valid("the greatest and the least number to push", static d => d.Functions[0].Body.InsertRange(0, [Asm.Push(long.MaxValue), Asm.Push(long.MinValue)]));
    }

    /// <summary>A function of 4000 instructions, each with an operand, that is called with 1100 different sizes: twice the limit and more.</summary>
    private static Rejection Sites()
    {
        var draft = new Draft { Symbols = { 2000 }, Entry = 1 };
        var step = new Function { Parameters = 1, Registers = { new Kind(I8, Dim.Symbol(0)), new Kind(I8) } };
        step.Body.AddRange([.. Enumerable.Repeat(Asm.Zeros(1), 4000), Asm.Ret]);
        var driver = new Function { Driver = true };
        for (int size = 1; size <= 1100; size++)
        {
            int register = driver.Add(new Kind(I8, size));
            driver.Body.AddRange([Asm.Zeros(register), Asm.Call(0, register)]);
        }

        driver.Body.Add(Asm.Halt);
        draft.Functions.AddRange([step, driver]);
        return new Rejection("call sites of too many sizes", draft.Encode(), "\"exhausted\": \"BoundTooCostly\"");
    }

    private static Rejection Valid(string name, Action<Draft> add)
    {
        Draft draft = Declarations.Idle();
        add(draft);
        return Rejection.Valid(name, draft.Encode());
    }
}
