using PomIsa.Rejections.Encoding;
using PomIsa.Rejections.Modules;
using PomIsa.Rejections.Recipes;
using static PomIsa.Rejections.Modules.Element;

namespace PomIsa.Rejections.Topics;

/// <summary>What a step does to states, and where a symbol has a value.</summary>
internal sealed class Steps(Dictionary<string, byte> codes)
{
    private static readonly Kind Row = new(F32, 3, 4), Other = new(F32, 2, 4);

    public IEnumerable<Rejection> All => [.. Appends(), .. Writes(), .. Types(), .. Attention(), .. Unbound(), .. Twice(), .. Branches()];

    private IEnumerable<Rejection> Appends()
    {
        yield return Bad("one state twice", "PartialAppend", 2, Asm.Append(0, 0), Asm.Append(1, 0), Asm.Append(0, 0), Asm.Ret);
        yield return Bad("one state twice in a row", "PartialAppend", 1, Asm.Append(0, 0), Asm.Append(0, 0), Asm.Append(1, 0), Asm.Ret);
        yield return Bad("one of two states", "PartialAppend", 1, Asm.Append(0, 0), Asm.Ret);
        yield return Bad("the other of two states", "PartialAppend", 1, Asm.Append(1, 0), Asm.Ret);
        yield return Bad("different rows", "PartialAppend", 1, Asm.Append(0, 0), Asm.Append(1, 1), Asm.Ret);
        yield return Bad("different rows the other way round", "PartialAppend", 1, Asm.Append(1, 1), Asm.Append(0, 0), Asm.Ret);
        yield return Good("both", Asm.Append(0, 0), Asm.Append(1, 0), Asm.Ret);
        yield return Good("both, the second first", Asm.Append(1, 1), Asm.Append(0, 1), Asm.Ret);
        yield return Good("both, and the state of another symbol by other rows", Asm.Append(0, 0), Asm.Append(2, 1), Asm.Append(1, 0), Asm.Ret);
        yield return Good("only the state of another symbol", Asm.Append(2, 0), Asm.Ret);
        yield return Good("none", Asm.Ret);
    }

    private IEnumerable<Rejection> Writes()
    {
        if (!codes.TryGetValue("write", out byte write) || !codes.TryGetValue("read", out byte read))
        {
            yield break;
        }

        Code W(int state, int register) => Code.Of(write, state, register);
        Code R(int register, int state) => Code.Of(read, register, state);
        yield return Bad("written twice", "PartialAppend", 2, W(0, 0), W(1, 0), W(0, 0), Asm.Ret);
        yield return Bad("one of two written", "PartialAppend", 1, W(0, 0), Asm.Ret);
        yield return Bad("written with different rows", "PartialAppend", 1, W(0, 0), W(1, 1), Asm.Ret);
        yield return Bad("one written, one appended", "PartialAppend", 1, W(0, 0), Asm.Append(1, 0), Asm.Ret);
        yield return Bad("one appended, one written", "PartialAppend", 1, Asm.Append(0, 0), W(1, 0), Asm.Ret);
        yield return Bad("written, then appended", "PartialAppend", 2, W(0, 0), W(1, 0), Asm.Append(0, 0), Asm.Ret);
        yield return Bad("read behind its write", "PartialAppend", 2, W(0, 0), W(1, 0), R(2, 0), Asm.Ret);
        yield return Bad("read behind its write, which comes first", "PartialAppend", 1, W(0, 0), R(2, 0), W(1, 0), Asm.Ret);
        yield return Good("read, then written", R(2, 0), W(0, 0), W(1, 0), Asm.Ret);
        yield return Good("read beside another's write", W(2, 0), R(2, 0), Asm.Ret);
        yield return Good("both written", W(1, 0), W(0, 0), Asm.Ret);
    }

    private IEnumerable<Rejection> Types()
    {
        foreach (Kind kind in (Kind[])[new(F16, 3, 4), new(I32, 3, 4), new(Bool, 3, 4)])
        {
            yield return Wrong(kind, "TypeMismatch");
        }

        foreach (Kind kind in (Kind[])[new(F32, 3, 5), new(F32, 4), new(F32, 3), new(F32), new(F32, 3, 1, 4), new(F32, 3, 4, 1), new(F32, 3, 0)])
        {
            yield return Wrong(kind, "ShapeMismatch");
        }

        static Rejection Wrong(Kind kind, string code)
        {
            Draft draft = Draft(Asm.Append(0, 0), Asm.Append(1, 0), Asm.Ret);
            draft.Functions[0].Registers[0] = kind;
            return Rejection.Invalid($"rows of [4] from {kind}", draft.Encode(), code, 0, 0);
        }
    }

    private IEnumerable<Rejection> Attention()
    {
        foreach (string name in (string[])["attention", "attention.window", "attention.softcap"])
        {
            if (!codes.TryGetValue(name, out byte code))
            {
                continue;
            }

            Piece[] immediates = [Layout.Number(2, "headDim"), Layout.F32(0x3f000000, "scale"), .. name == "attention" ? (Piece[])[] : [Layout.Number(5, "window")], .. name == "attention.softcap" ? (Piece[])[Layout.F32(0x41f00000, "cap")] : []];
            // Registers: f32[3,4] and f32[2,4] are parameters, 2 is f32[3,4] and 3 is f32[2,4].
            Code A(int y, int q, int k, int v) => new(code, [Layout.Number(y, "y"), Layout.Number(q, "q"), Layout.Number(k, "k"), Layout.Number(v, "v"), .. immediates]);
            yield return Bad($"{name} before the appends", "AttentionBeforeAppend", 0, A(4, 0, 0, 1), Asm.Append(0, 0), Asm.Append(1, 0), Asm.Ret);
            yield return Bad($"{name} between the appends", "AttentionBeforeAppend", 1, Asm.Append(0, 0), A(4, 0, 0, 1), Asm.Append(1, 0), Asm.Ret);
            yield return Bad($"{name} between the appends, values first", "AttentionBeforeAppend", 1, Asm.Append(1, 0), A(4, 0, 0, 1), Asm.Append(0, 0), Asm.Ret);
            yield return Bad($"{name} without appends", "AttentionBeforeAppend", 0, A(4, 0, 0, 1), Asm.Ret);
            yield return Bad($"{name} with other rows than appended", "AttentionBeforeAppend", 2, Asm.Append(0, 1), Asm.Append(1, 1), A(4, 0, 0, 1), Asm.Ret);
            yield return Bad($"{name} over states of two symbols", "ShapeMismatch", 3, Asm.Append(0, 0), Asm.Append(1, 0), Asm.Append(2, 0), A(4, 0, 0, 2), Asm.Ret);
            yield return Good($"{name} behind the appends", Asm.Append(1, 0), Asm.Append(0, 0), A(4, 0, 0, 1), Asm.Ret);
            if (codes.TryGetValue("write", out byte write))
            {
                yield return Bad($"{name} behind writes", "AttentionBeforeAppend", 2, Code.Of(write, 0, 0), Code.Of(write, 1, 0), A(4, 0, 0, 1), Asm.Ret);
            }
        }
    }

    private IEnumerable<Rejection> Unbound()
    {
        Dim t = Dim.Symbol(2);
        foreach (Kind kind in (Kind[])[new(F32, t), new(F32, 3, t), new(I64, t, t), new(Bool, 1, 1, t)])
        {
            Draft step = Draft(Asm.Zeros(5), Asm.Ret);
            step.Functions[0].Registers.Add(kind);
            yield return Rejection.Invalid($"zeros {kind} in a step that has no value for it", step.Encode(), "UnboundSymbol", 0, 0);
            Draft driver = Draft(Asm.Ret);
            driver.Functions[1] = new Function { Driver = true, Registers = { kind }, Body = { Asm.Zeros(0), Asm.Halt } };
            yield return Rejection.Invalid($"zeros {kind} in a driver that has no value for it", driver.Encode(), "UnboundSymbol", 1, 0);
            Draft given = Draft(Asm.Zeros(4), Asm.Ret);
            given.Functions[0].Registers.InsertRange(0, [new Kind(I32, t), kind]);
            given.Functions[0].Parameters++;
            given.Functions[0].Body[0] = Asm.Zeros(1);
            // Registers 0 and 1 change places with the parameters: i32[T] is one, and what is zeroed is none.
            (given.Functions[0].Registers[1], given.Functions[0].Registers[3]) = (given.Functions[0].Registers[3], given.Functions[0].Registers[1]);
            given.Functions[0].Body[0] = Asm.Zeros(3);
            yield return Rejection.Valid($"zeros {kind} where a parameter gives it", given.Encode());
        }

        if (codes.TryGetValue("iota", out byte iota))
        {
            Draft draft = Draft(Code.Of(iota, 5, 2), Asm.Ret);
            draft.Functions[0].Registers.Add(new Kind(I32, 3));
            yield return Rejection.Invalid("iota from a symbol that has no value", draft.Encode(), "UnboundSymbol", 0, 0);
            Draft state = Draft(Asm.Append(2, 0), Code.Of(iota, 5, 1), Asm.Ret);
            state.Functions[0].Registers.Add(new Kind(I32, 3));
            yield return Rejection.Valid("iota from the symbol of a state that the step names", state.Encode());
            Draft unnamed = Draft(Asm.Append(2, 0), Code.Of(iota, 5, 0), Asm.Ret);
            unnamed.Functions[0].Registers.Add(new Kind(I32, 3));
            yield return Rejection.Invalid("iota from the symbol of a state that the step does not name", unnamed.Encode(), "UnboundSymbol", 0, 1);
        }
    }

    /// <summary>A symbol from a parameter and from something else.</summary>
    private static IEnumerable<Rejection> Twice()
    {
        for (int state = 0; state < 3; state++)
        {
            int symbol = state == 2 ? 1 : 0;
            Draft draft = Draft(Asm.Append(2, 0), Asm.Append(0, 0), Asm.Append(1, 0), Asm.Ret);
            draft.Functions[0].Registers[1] = new Kind(F32, Dim.Symbol(symbol), 4);
            yield return Rejection.Invalid($"symbol {symbol} from a parameter and from states, {state}", draft.Encode(), "SymbolBoundTwice", 0, -1);
        }

        Dim t = Dim.Symbol(2);
        Draft driver = Draft(Asm.Ret);
        driver.Inputs.Add(new Kind(I32, t));
        driver.Functions.Add(new Function { Driver = true, Parameters = 1, Registers = { new Kind(F32, t), new Kind(I32, t) }, Body = { Asm.Push(1), Asm.Drop, Asm.Input(1, 0), Asm.Ret } });
        yield return Rejection.Invalid("an input of a symbol that a parameter gives", driver.Encode(), "SymbolBoundTwice", 2, 2);
    }

    /// <summary>Inputs that only some paths take.</summary>
    private static IEnumerable<Rejection> Branches()
    {
        yield return Driver("zeros behind an input in an if alone", 4, Asm.Push(1), Asm.If, Asm.Input(0, 0), Asm.End, Asm.Zeros(1), Asm.Halt);
        yield return Driver("zeros behind an input in one branch", 5, Asm.Push(1), Asm.If, Asm.Else, Asm.Input(0, 0), Asm.End, Asm.Zeros(1), Asm.Halt);
        yield return Driver("zeros behind an input in a loop", 4, Asm.Push(1), Asm.Loop(2), Asm.Input(0, 0), Asm.End, Asm.Zeros(1), Asm.Halt);
        yield return Driver("zeros before the input", 0, Asm.Zeros(1), Asm.Input(0, 0), Asm.Halt);
        yield return Driver("zeros behind the input", null, Asm.Input(0, 0), Asm.Zeros(1), Asm.Halt);
        yield return Driver("zeros behind an input in both branches", null, Asm.Push(1), Asm.If, Asm.Input(0, 0), Asm.Else, Asm.Input(0, 0), Asm.End, Asm.Zeros(1), Asm.Halt);
    }

    private static Rejection Driver(string name, int? at, params Code[] body)
    {
        Dim p = Dim.Symbol(0);
        var draft = new Draft { Symbols = { 8 }, Inputs = { new Kind(I32, p) }, Functions = { new Function { Driver = true, Registers = { new Kind(I32, p), new Kind(F32, p, 2) } } } };
        draft.Functions[0].Body.AddRange(body);
        return at is { } place ? Rejection.Invalid(name, draft.Encode(), "UnboundSymbol", 0, place) : Rejection.Valid(name, draft.Encode());
    }

    /// <summary>A step over two states of symbol 0 and one of symbol 1, all with rows f32[4]; symbol 2 counts nothing.</summary>
    private static Draft Draft(params Code[] body)
    {
        var step = new Function { Parameters = 2, Registers = { Row, Other, new Kind(F32, Dim.Symbol(0), 4), new Kind(F32, Dim.Symbol(1), 4), Row } };
        step.Body.AddRange(body);
        return new Draft
        {
            Symbols = { 64, 64, 8 },
            States = { new State(F32, [4], 0, 64), new State(F32, [4], 0, 32), new State(F32, [4], 1, 64) },
            Functions = { step, new Function { Driver = true, Body = { Asm.Halt } } },
            Entry = 1,
        };
    }

    private static Rejection Bad(string name, string code, int at, params Code[] body) => Rejection.Invalid(name, Draft(body).Encode(), code, 0, at);

    private static Rejection Good(string name, params Code[] body)
    {
        Draft draft = Draft(body);
        // What reads a state of another symbol goes into the register of that symbol.
        return Rejection.Valid(name, draft.Encode());
    }
}
