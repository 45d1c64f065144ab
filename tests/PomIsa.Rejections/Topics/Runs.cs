using System.Globalization;
using System.Security.Cryptography;
using PomIsa.Rejections.Encoding;
using PomIsa.Rejections.Modules;
using static PomIsa.Rejections.Modules.Element;

namespace PomIsa.Rejections.Topics;

/// <summary>Valid programs that end in a trap or reach a bound: the fault, its place, and what was emitted before.</summary>
internal sealed class Runs(Dictionary<string, byte> codes)
{
    private static readonly Dim P = Dim.Symbol(0);

    public IEnumerable<Rejection> All =>
    [
        .. Tokens(), .. Loops(), .. Prompts(), .. Pairs(), .. Constants(), .. Tails(), .. Full(), .. Disagree(), .. Ids(), .. Tables(), .. Divisions(), .. Elements(), .. Slices(), .. Weights(),
    ];

    private static IEnumerable<Rejection> Tokens()
    {
        foreach (long token in (long[])[-1, -2, 1L << 31, (1L << 31) + 1, 1L << 32, long.MaxValue, long.MinValue, -(1L << 31)])
        {
            for (int before = 0; before < 3; before++)
            {
                Code[] head = [.. Enumerable.Range(0, before).SelectMany(static i => (Code[])[Asm.Push(i + 5), Asm.Emit])];
                int[] emits = [.. Enumerable.Range(5, before)];
                string name = string.Create(CultureInfo.InvariantCulture, $"{token} behind {before} tokens");
                yield return Trap($"emit {name}", Driver([.. head, Asm.Push(token), Asm.Emit, Asm.Halt]), "trap", "TokenOutOfRange", 0, head.Length + 1, emits);
                yield return Trap($"token {name}", Driver([.. head, Asm.Push(token), Code.Of(0x29, 0), Asm.Halt], new Kind(I32, 1)), "trap", "TokenOutOfRange", 0, head.Length + 1, emits);
            }
        }
    }

    private static IEnumerable<Rejection> Loops()
    {
        foreach ((uint most, long rounds) in ((uint, long)[])
            [(1, 2), (1, -1), (4, 5), (4, 6), (4, -1), (4, long.MinValue), (4, long.MaxValue), (uint.MaxValue, 1L << 32), (uint.MaxValue, -1), (1000, 1001)])
        {
            yield return Trap($"{rounds} rounds of at most {most}", Driver([Asm.Push(rounds), Asm.Loop(most), Asm.End, Asm.Halt]), "exhausted", "LoopBound", 0, 1, []);
        }

        for (int outer = 1; outer <= 3; outer++)
        {
            // The inner loop is entered once with a right number, then with one too many.
            yield return Trap(
                $"in round 1 of {outer}", Driver([Asm.Push(outer), Asm.Loop(3), Asm.Push(9), Asm.Emit, Asm.Push(4), Asm.Loop(3), Asm.End, Asm.End, Asm.Halt]), "exhausted", "LoopBound", 0, 5, [9]);
        }
    }

    private static IEnumerable<Rejection> Prompts()
    {
        foreach (int most in (int[])[1, 2, 8])
        {
            Draft draft = Driver([Asm.Input(0, 0), Asm.Rows(0), Asm.Emit, Asm.Halt], new Kind(I32, P));
            draft.Symbols.Add(most);
            draft.Inputs.Add(new Kind(I32, P));
            foreach (int extra in (int[])[1, 2, 50])
            {
                int[] prompt = [.. Enumerable.Range(1, most + extra)];
                yield return Trap($"{prompt.Length} tokens for at most {most}", draft, "exhausted", "InputTooLong", 0, 0, [], $"\"prompt\": [{string.Join(", ", prompt)}]");
            }

            yield return Trap($"no tokens for at most {most}", draft, "trap", "EmptyInput", 0, 0, [], "\"prompt\": []");
        }
    }

    /// <summary>Two inputs of one symbol.</summary>
    private static IEnumerable<Rejection> Pairs()
    {
        foreach ((int first, int second) in ((int, int)[])[(1, 2), (2, 1), (3, 8), (8, 7)])
        {
            Draft draft = Driver([Asm.Input(0, 0), Asm.Push(6), Asm.Emit, Asm.Input(1, 1), Asm.Halt], new Kind(I32, P), new Kind(I64, P, 2));
            draft.Symbols.Add(8);
            draft.Inputs.AddRange([new Kind(I32, P), new Kind(I64, P, 2)]);
            yield return Trap($"inputs of {first} and {second} rows", draft, "trap", "InputRows", 0, 3, [6], Inputs(new Kind(I32, first), new Kind(I64, second, 2)));
            yield return Trap($"inputs of no and {second} rows", draft, "trap", "EmptyInput", 0, 0, [], Inputs(new Kind(I32, 0), new Kind(I64, second, 2)));
            yield return Trap($"inputs of {first} and 9 rows", draft, "exhausted", "InputTooLong", 0, 3, [6], Inputs(new Kind(I32, first), new Kind(I64, 9, 2)));
        }
    }

    /// <summary>Tensors of other types than declared.</summary>
    private static IEnumerable<Rejection> Constants()
    {
        foreach ((Kind declared, Kind given) in ((Kind, Kind)[])
        [
            (new(F32, 3), new(F32, 4)), (new(F32, 3), new(F32, 2)), (new(F32, 3), new(I32, 3)), (new(F32, 3), new(F32, 3, 1)), (new(F32, 3), new(F32)), (new(F32), new(F32, 1)),
            (new(F32, P, 2), new(F32, 3, 3)), (new(F32, P, 2), new(F32, 3)), (new(F32, P, 2), new(F16, 3, 2)), (new(Bool, P), new(I8, 3)), (new(I64, 0), new(I64, 1)), (new(I32, P), new(I64, 2)),
        ])
        {
            Draft draft = Driver([Asm.Push(4), Asm.Emit, Asm.Input(0, 0), Asm.Halt], declared);
            draft.Symbols.Add(8);
            draft.Inputs.Add(declared);
            yield return Trap($"{given} for {declared}", draft, "trap", "InputRows", 0, 2, [4], Inputs(given));
        }
    }

    private static IEnumerable<Rejection> Tails()
    {
        for (int rows = 2; rows <= 6; rows++)
        {
            for (int given = 1; given < rows; given++)
            {
                Kind input = new(I32, P, 2);
                Draft draft = Driver([Asm.Input(0, 0), new Code(0x2a, Layout.Number(1, "y"), Layout.Number(0, "x"), Layout.Number(rows, "n")), Asm.Halt], input, new Kind(I32, rows, 2));
                draft.Symbols.Add(8);
                draft.Inputs.Add(input);
                yield return Trap($"the last {rows} of {given} rows", draft, "trap", "TailTooLong", 0, 1, [], Inputs(new Kind(I32, given, 2)));
            }
        }
    }

    /// <summary>Appends until a state has no room.</summary>
    private static IEnumerable<Rejection> Full()
    {
        foreach ((int room, int rows) in ((int, int)[])[(1, 2), (2, 3), (4, 1), (4, 3), (5, 2), (8, 3), (8, 8)])
        {
            var step = new Function { Parameters = 1, Registers = { new Kind(F32, rows, 2) }, Body = { Asm.Append(0, 0), Asm.Ret } };
            Draft draft = Driver([Asm.Zeros(0), Asm.Push(9), Asm.Loop(9), Asm.Call(1, 0), Asm.Push(7), Asm.Emit, Asm.End, Asm.Halt], new Kind(F32, rows, 2));
            draft.Symbols.Add(16);
            draft.States.Add(new State(F32, [2], 0, room));
            draft.Functions.Add(step);
            yield return Trap($"{rows} rows again and again into room for {room}", draft, "exhausted", "StateFull", 1, 0, [.. Enumerable.Repeat(7, room / rows)]);
        }
    }

    /// <summary>Two states of one symbol, one of which is reset alone.</summary>
    private static IEnumerable<Rejection> Disagree()
    {
        for (int state = 0; state < 2; state++)
        {
            var step = new Function { Parameters = 1, Registers = { new Kind(F32, 2, 2) }, Body = { Asm.Append(0, 0), Asm.Append(1, 0), Asm.Ret } };
            Draft draft = Driver([Asm.Zeros(0), Asm.Call(1, 0), Code.Of(0x61, state), Asm.Push(3), Asm.Emit, Asm.Call(1, 0), Asm.Halt], new Kind(F32, 2, 2));
            draft.Symbols.Add(16);
            draft.States.AddRange([new State(F32, [2], 0, 8), new State(F32, [2], 0, 8)]);
            draft.Functions.Add(step);
            yield return Trap($"state {state} is reset alone", draft, "trap", "StatesDisagree", 1, 0, [3]);
        }
    }

    /// <summary>Token ids beyond a table of 16.</summary>
    private static IEnumerable<Rejection> Ids()
    {
        foreach (int id in (int[])[-1, 16, 17, int.MaxValue, int.MinValue])
        {
            for (int place = 0; place < 3; place++)
            {
                int[] prompt = [3, 0, 15];
                prompt[place] = id;
                var step = new Function { Parameters = 1, Registers = { new Kind(I32, P), new Kind(F32, P, 1) }, Body = { Code.Of(0x56, 1, 0, 0), Asm.Ret } };
                Draft draft = Driver([Asm.Input(0, 0), Asm.Call(1, 0), Asm.Halt], new Kind(I32, P));
                Inside(draft, new Weight("table", F32, [1, 16], true), new byte[64]);
                draft.Symbols.Add(8);
                draft.Inputs.Add(new Kind(I32, P));
                draft.Functions.Add(step);
                yield return Trap($"id {id} at {place}", draft, "trap", "IdOutOfRange", 1, 0, [], $"\"prompt\": [{string.Join(", ", prompt)}]");
            }
        }
    }

    /// <summary>Positions beyond a rotary table of 4: the start is the number of rows of a state.</summary>
    private static IEnumerable<Rejection> Tables()
    {
        foreach (int rows in (int[])[1, 2, 3, 5])
        {
            Kind x = new(F32, rows, 2);
            var step = new Function { Parameters = 1, Registers = { x, x }, Body = { Asm.Append(0, 0), new Code(0x54, [.. ((int[])[1, 0, 0, 1, 0]).Select(static i => Layout.Number(i, "operand"))]), Asm.Ret } };
            Draft draft = Driver([Asm.Zeros(0), Asm.Push(6), Asm.Loop(6), Asm.Call(1, 0), Asm.Push(2), Asm.Emit, Asm.End, Asm.Halt], x);
            Inside(draft, new Weight("cos", F32, [4, 1], false), new byte[16]);
            Inside(draft, new Weight("sin", F32, [4, 1], false), new byte[16]);
            draft.Symbols.Add(64);
            draft.States.Add(new State(F32, [2], 0, 64));
            draft.Functions.Add(step);
            yield return Trap($"{rows} rows at a time", draft, "exhausted", "TableExceeded", 1, 1, [.. Enumerable.Repeat(2, 4 / rows)]);
        }
    }

    private IEnumerable<Rejection> Divisions()
    {
        foreach (string opcode in (string[])["vdiv", "vrem"])
        {
            foreach (byte element in codes.ContainsKey("vrem") ? (byte[])[I32, I64] : [])
            {
                for (int zero = 0; zero < 4; zero++)
                {
                    Kind kind = new(element, 4);
                    long[] divisors = [1, -1, 7, 1L << 30];
                    divisors[zero] = 0;
                    var step = new Function { Parameters = 1, Registers = { kind, kind, kind }, Body = { Asm.Zeros(1), Code.Of(codes[opcode], 2, 1, 0), Asm.Ret } };
                    Draft draft = Driver([Asm.Input(0, 0), Asm.Call(1, 0), Asm.Halt], kind);
                    draft.Inputs.Add(kind);
                    draft.Functions.Add(step);
                    yield return Trap($"{opcode} of {kind}: divisor {zero} is 0", draft, "trap", "DivisionByZero", 1, 1, [], Inputs((kind, divisors)));
                }
            }
        }
    }

    /// <summary>Ids beyond an axis of 5.</summary>
    private IEnumerable<Rejection> Elements()
    {
        foreach (byte element in codes.ContainsKey("gather") ? (byte[])[I32, I64] : [])
        {
            foreach (long id in (long[])[5, -6, int.MaxValue, int.MinValue, .. element == I64 ? (long[])[1L << 32, long.MinValue] : []])
            {
                Kind ids = new(element, 3), x = new(F32, 2, 5), picked = new(F32, 2, 3);
                Piece[] axis = [Layout.Number(1, "axis")];
                var gather = new Function { Parameters = 1, Registers = { ids, x, picked }, Body = { Asm.Zeros(1), new Code(codes["gather"], [.. Operands(2, 1, 0), .. axis]), Asm.Ret } };
                yield return Trap($"gather {id} as {Element.Name(element)}", Calls(ids, gather), "trap", "ElementOutOfRange", 1, 1, [], Inputs((ids, [-5, id, 4])));
                for (int mode = 0; mode <= 4; mode++)
                {
                    Code scatter = new(codes["scatter"], [.. Operands(3, 1, 0, 2), .. axis, Layout.Number(mode, "mode")]);
                    var step = new Function { Parameters = 1, Registers = { ids, x, picked, x }, Body = { Asm.Zeros(1), Asm.Zeros(2), scatter, Asm.Ret } };
                    yield return Trap($"scatter mode {mode} to {id} as {Element.Name(element)}", Calls(ids, step), "trap", "ElementOutOfRange", 1, 2, [], Inputs((ids, [4, -5, id])));
                }
            }
        }
    }

    /// <summary>Slices of an axis whose length is known only at run time.</summary>
    private IEnumerable<Rejection> Slices()
    {
        if (!codes.TryGetValue("slice", out byte slice))
        {
            yield break;
        }

        foreach ((long start, long step, int count, int rows) in ((long, long, int, int)[])
            [(0, 1, 4, 3), (3, 1, 1, 3), (-4, 1, 1, 3), (2, -1, 4, 3), (0, 2, 3, 4), (-1, 1, 2, 5), (1, 3, 3, 7), (7, -4, 3, 8), (100, 1, 1, 8), (long.MinValue, 1, 1, 2), (0, long.MaxValue, 2, 8)])
        {
            Kind x = new(I32, P);
            Code code = new(slice, [.. Operands(1, 0), Layout.Number(0, "axis"), Layout.Signed(start, "start"), Layout.Signed(step, "step"), Layout.Number(count, "count")]);
            Draft draft = Driver([Asm.Input(0, 0), Asm.Call(1, 0), Asm.Halt], x);
            draft.Symbols.Add(8);
            draft.Inputs.Add(x);
            draft.Functions.Add(new Function { Parameters = 1, Registers = { x, new Kind(I32, count) }, Body = { code, Asm.Ret } });
            yield return Trap($"{count} from {start} by {step} of {rows}", draft, "trap", "SliceOutOfRange", 1, 0, [], Inputs(new Kind(I32, rows)));
        }
    }

    /// <summary>Weights with other bits than the module is bound to, and one that it is not bound to.</summary>
    private static IEnumerable<Rejection> Weights()
    {
        byte[] bytes = [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40];
        foreach ((byte[] digest, string bits, string stage, string code, string name) in ((byte[], string, string, string, string)[])
        [
            (SHA256.HashData(bytes), "\"3f800000\", \"40000001\"", "trap", "ShardMismatch", "one bit"),
            (SHA256.HashData(bytes), "\"40000000\", \"3f800000\"", "trap", "ShardMismatch", "another order"),
            (SHA256.HashData([.. bytes, 0]), "\"3f800000\", \"40000000\"", "trap", "ShardMismatch", "another digest"),
            (new byte[32], "\"3f800000\", \"40000000\"", "invalid", "UnboundWeight", "no digest"),
        ])
        {
            Draft draft = Driver([Asm.Halt]);
            draft.Weights.Add(new Weight("w", F32, [2], false) { Digest = digest });
            yield return new Rejection(
                $"a weight with {name}", draft.Encode(), $"\"weights\": [{{\"name\": \"w\", \"dtype\": \"f32\", \"shape\": [2], \"bits\": [{bits}]}}], \"emits\": [], \"{stage}\": \"{code}\"");
        }
    }

    /// <summary>An entry that gives its input to a step.</summary>
    private static Draft Calls(Kind input, Function step)
    {
        Draft draft = Driver([Asm.Input(0, 0), Asm.Call(1, 0), Asm.Halt], input);
        draft.Inputs.Add(input);
        draft.Functions.Add(step);
        return draft;
    }

    private static Draft Driver(Code[] body, params Kind[] registers)
    {
        var draft = new Draft { Functions = { new Function { Driver = true } } };
        draft.Functions[0].Registers.AddRange(registers);
        draft.Functions[0].Body.AddRange(body);
        return draft;
    }

    private static void Inside(Draft draft, Weight weight, byte[] bytes)
    {
        draft.Data.Add((draft.Weights.Count, bytes));
        draft.Weights.Add(weight with { Digest = SHA256.HashData(bytes) });
    }

    private static Piece[] Operands(params int[] indices) => [.. indices.Select(static i => Layout.Number(i, "operand"))];

    /// <summary>Tensors of zeros.</summary>
    private static string Inputs(params Kind[] kinds) => Inputs([.. kinds.Select(static k => (k, new long[k.Shape.Aggregate(1, static (a, d) => a * d.Value)]))]);

    private static string Inputs(params (Kind Kind, long[] Values)[] tensors) => $"\"inputs\": [{string.Join(", ", tensors.Select(static t => Tensor(t.Kind, t.Values)))}]";

    private static string Tensor(Kind kind, long[] values)
    {
        int digits = 2 * Element.Size(kind.Element);
        IEnumerable<string> bits = values.Select(v => $"\"{v.ToString("x16", CultureInfo.InvariantCulture)[^digits..]}\"");
        return $"{{\"dtype\": \"{Element.Name(kind.Element)}\", \"shape\": [{string.Join(", ", kind.Shape)}], \"bits\": [{string.Join(", ", bits)}]}}";
    }

    private static Rejection Trap(string name, Draft draft, string stage, string code, int function, int at, int[] emits, string given = "\"prompt\": []") => new(
        name, draft.Encode(), string.Create(CultureInfo.InvariantCulture, $"{given}, \"emits\": [{string.Join(", ", emits)}], \"{stage}\": \"{code}\", \"function\": {function}, \"at\": {at}"));
}
