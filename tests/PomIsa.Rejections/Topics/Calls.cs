using PomIsa.Rejections.Mistakes;
using PomIsa.Rejections.Encoding;
using PomIsa.Rejections.Modules;
using static PomIsa.Rejections.Modules.Element;

namespace PomIsa.Rejections.Topics;

/// <summary>Calls whose arguments do not fit, cycles of calls, and chains that are too deep.</summary>
internal static class Calls
{
    private static readonly Dim T = Dim.Symbol(0), U = Dim.Symbol(1);

    public static IEnumerable<Rejection> All => [.. Arguments(), .. Results(), .. Registers(), .. Cycles(), .. Bytes()];

    private static IEnumerable<Rejection> Arguments()
    {
        Kind[] constant = [new(F32, 3, 4)], symbol = [new(F32, T, 4)], square = [new(F32, T, T)], pair = [new(F32, T, 2), new(I64, T)];
        foreach ((Kind[] parameters, Kind[] arguments, string code) in ((Kind[], Kind[], string)[])
        [
            (constant, [new(F16, 3, 4)], "TypeMismatch"), (constant, [new(I32, 3, 4)], "TypeMismatch"), (constant, [new(Bool, 3, 4)], "TypeMismatch"),
            (symbol, [new(BF16, 3, 4)], "TypeMismatch"), (pair, [new(F32, 3, 2), new(I32, 3)], "TypeMismatch"),
            (constant, [new(F32, 4, 4)], "ShapeMismatch"), (constant, [new(F32, 3, 5)], "ShapeMismatch"), (constant, [new(F32, 3)], "ShapeMismatch"),
            (constant, [new(F32, 1, 3, 4)], "ShapeMismatch"), (constant, [new(F32, 3, 4, 1)], "ShapeMismatch"), (constant, [new(F32)], "ShapeMismatch"),
            (symbol, [new(F32, 3, 5)], "ShapeMismatch"), (symbol, [new(F32, 3)], "ShapeMismatch"),
            (square, [new(F32, 2, 3)], "ShapeMismatch"), (square, [new(F32, 0, 1)], "ShapeMismatch"), (pair, [new(F32, 3, 2), new(I64, 4)], "ShapeMismatch"),
            (symbol, [new(F32, 9, 4)], "SymbolMaximum"), (symbol, [new(F32, 1000, 4)], "SymbolMaximum"), (square, [new(F32, 9, 9)], "SymbolMaximum"),
        ])
        {
            yield return Rejection.Invalid($"{Said(parameters)} from {Said(arguments)}", Caller(parameters, arguments, out int at).Encode(), code, 1, at);
        }

        foreach ((Kind[] parameters, Kind[] arguments) in ((Kind[], Kind[])[])
            [(constant, constant), (symbol, [new(F32, 8, 4)]), (symbol, [new(F32, 0, 4)]), (square, [new(F32, 3, 3)]), (pair, [new(F32, 3, 2), new(I64, 3)])])
        {
            yield return Rejection.Valid($"{Said(parameters)} from {Said(arguments)}", Caller(parameters, arguments, out _).Encode());
        }

        yield return Symbols("a symbol with a greater maximum", 9, "SymbolMaximum");
        yield return Symbols("a symbol with the same maximum", 8, null);
    }

    /// <summary>The caller's argument has a symbol of its own, from an input.</summary>
    private static Rejection Symbols(string name, int max, string? code)
    {
        Draft draft = Callee([new Kind(I32, T)], []);
        draft.Symbols[1] = max;
        draft.Inputs.Add(new Kind(I32, U));
        draft.Functions.Add(new Function { Driver = true, Registers = { new Kind(I32, U) }, Body = { Asm.Input(0, 0), Asm.Call(0, 0), Asm.Halt } });
        draft.Entry = 1;
        return code is null ? Rejection.Valid(name, draft.Encode()) : Rejection.Invalid(name, draft.Encode(), code, 1, 1);
    }

    private static IEnumerable<Rejection> Results()
    {
        foreach ((Kind result, Kind into, string code) in ((Kind, Kind, string)[])
        [
            (new(F32, 3), new(F16, 3), "TypeMismatch"), (new(I64, 3), new(I32, 3), "TypeMismatch"), (new(F32, 3), new(F32, 4), "ShapeMismatch"),
            (new(F32, 3), new(F32, 3, 1), "ShapeMismatch"), (new(F32, 3), new(F32), "ShapeMismatch"), (new(F32, T), new(F32, 4), "ShapeMismatch"), (new(F32, T, 2), new(F32, 2, 2), "ShapeMismatch"),
        ])
        {
            // The parameter i32[T] is given i32[3], so T is 3 at this call.
            Draft draft = Callee([new Kind(I32, T)], [result]);
            draft.Functions.Add(new Function { Driver = true, Registers = { new Kind(I32, 3), into }, Body = { Asm.Zeros(0), Asm.Call(0, 0, 1), Asm.Halt } });
            draft.Entry = 1;
            yield return Rejection.Invalid($"a result {result} into {into}", draft.Encode(), code, 1, 1);
        }

        Draft right = Callee([new Kind(I32, T)], [new Kind(F32, T, 2)]);
        right.Functions.Add(new Function { Driver = true, Registers = { new Kind(I32, 3), new Kind(F32, 3, 2) }, Body = { Asm.Zeros(0), Asm.Call(0, 0, 1), Asm.Halt } });
        right.Entry = 1;
        yield return Rejection.Valid("a result f32[$0,2] into f32[3,2]", right.Encode());
    }

    private static IEnumerable<Rejection> Registers()
    {
        Kind kind = new(F32, 3);
        yield return Rejection.Invalid("an argument that nothing wrote", Plain(kind, [Asm.Call(0, 0, 1, 2, 3)], 4).Encode(), "ReadBeforeWrite", 1, 0);
        yield return Rejection.Invalid("the second argument that nothing wrote", Plain(kind, [Asm.Zeros(0), Asm.Call(0, 0, 1, 2, 3)], 4).Encode(), "ReadBeforeWrite", 1, 1);
        yield return Rejection.Invalid("two results in one register", Plain(kind, [Asm.Zeros(0), Asm.Call(0, 0, 0, 2, 2)], 4).Encode(), "DuplicateOperand", 1, 1);
        yield return Rejection.Valid("one register twice an argument", Plain(kind, [Asm.Zeros(0), Asm.Call(0, 0, 0, 2, 3)], 4).Encode());
        yield return Rejection.Valid("a result over an argument", Plain(kind, [Asm.Zeros(0), Asm.Call(0, 0, 0, 0, 3)], 4).Encode());
        Draft parameter = Plain(kind, [Asm.Zeros(1), Asm.Call(0, 1, 1, 0, 2)], 3);
        parameter.Functions[1].Parameters = 1;
        parameter.Functions.Add(new Function { Driver = true, Body = { Asm.Halt } });
        parameter.Entry = 2;
        yield return Rejection.Invalid("a result into a parameter", parameter.Encode(), "WriteToParameter", 1, 1);
    }

    private static IEnumerable<Rejection> Cycles()
    {
        yield return Rejection.Invalid("the entry calls itself", Chain([[0]]).Encode(), "CallCycle", 0, 1);
        yield return Rejection.Invalid("a driver that nothing calls calls itself", Chain([[], [1]]).Encode(), "CallCycle", 1, 1);
        yield return Rejection.Invalid("a driver calls itself behind another call", Chain([[1, 0], []]).Encode(), "CallCycle", 0, 2);
        for (int length = 2; length <= 10; length++)
        {
            // Function i calls i + 1; the last one closes the cycle.
            yield return Rejection.Invalid($"a cycle of {length}", Chain([.. Enumerable.Range(0, length).Select(i => (int[])[(i + 1) % length])]).Encode(), "CallCycle", length - 1, 1);
        }

        for (int length = 14; length <= 20; length++)
        {
            Draft draft = Chain([.. Enumerable.Range(0, length).Select(i => i + 1 < length ? (int[])[i + 1] : [])]);
            string name = $"{length} functions active at once";
            // Counted from the last, the 17th is the one that goes too deep.
            yield return length <= 16 ? Rejection.Valid(name, draft.Encode()) : Rejection.Invalid(name, draft.Encode(), "LimitExceeded", length - 17, -1);
        }

        yield return Rejection.Valid("many calls that form no cycle", Chain([[1, 2, 3], [2, 3], [3], []]).Encode());
    }

    /// <summary>Callees and arguments that do not exist.</summary>
    private static IEnumerable<Rejection> Bytes()
    {
        Draft draft = Plain(new Kind(F32, 3), [Asm.Zeros(0), Asm.Call(0, 0, 0, 2, 3)], 4);
        List<Node> nodes = Layout.Of(draft);
        Piece[] pieces = draft.Functions[1].Body[1].Pieces;
        foreach (uint callee in (uint[])[2, 3, uint.MaxValue])
        {
            yield return CodeBytes.Changed(nodes, pieces[0], Leb.U32(callee), $"callee {callee} of 2", "BadIndex");
        }

        for (int i = 1; i < pieces.Length; i++)
        {
            yield return CodeBytes.Changed(nodes, pieces[i], Leb.U32(4), $"operand {i} is register 4 of 4", "BadIndex");
            yield return CodeBytes.Changed(nodes, pieces[i], Leb.Padded([0], false), $"operand {i} has a byte more than it needs", "BadNumber");
        }
    }

    /// <summary>Function 0: a step with these parameters, and results that it zeroes.</summary>
    private static Draft Callee(Kind[] parameters, Kind[] results)
    {
        var step = new Function { Parameters = parameters.Length, Results = results.Length };
        step.Registers.AddRange([.. parameters, .. results]);
        step.Body.AddRange([.. Enumerable.Range(parameters.Length, results.Length).Select(Asm.Zeros), Asm.Ret]);
        return new Draft { Symbols = { 8, 8 }, Functions = { step } };
    }

    /// <summary>Function 1 zeroes its arguments and calls function 0.</summary>
    private static Draft Caller(Kind[] parameters, Kind[] arguments, out int at)
    {
        Draft draft = Callee(parameters, []);
        var driver = new Function { Driver = true };
        driver.Registers.AddRange(arguments);
        int[] all = [.. Enumerable.Range(0, arguments.Length)];
        driver.Body.AddRange([.. all.Select(Asm.Zeros), Asm.Call(0, all), Asm.Halt]);
        draft.Functions.Add(driver);
        draft.Entry = 1;
        at = all.Length;
        return draft;
    }

    /// <summary>A step of two parameters and two results of one type, and a driver with registers of that type.</summary>
    private static Draft Plain(Kind kind, Code[] body, int registers)
    {
        Draft draft = Callee([kind, kind], [kind, kind]);
        var driver = new Function { Driver = true };
        driver.Registers.AddRange(Enumerable.Repeat(kind, registers));
        driver.Body.AddRange([.. body, Asm.Ret]);
        draft.Functions.Add(driver);
        draft.Entry = 1;
        return draft;
    }

    /// <summary>Drivers that push and drop nothing but call these functions; each begins with one instruction of its own.</summary>
    private static Draft Chain(int[][] callees)
    {
        var draft = new Draft();
        foreach (int[] calls in callees)
        {
            var driver = new Function { Driver = true, Registers = { new Kind(F32, 1) } };
            driver.Body.AddRange([Asm.Zeros(0), .. calls.Select(c => Asm.Call(c)), Asm.Ret]);
            draft.Functions.Add(driver);
        }

        return draft;
    }

    private static string Said(Kind[] kinds) => $"({string.Join(", ", kinds.Select(static k => k.ToString()))})";
}
