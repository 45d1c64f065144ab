using System.Globalization;
using System.Security.Cryptography;
using PomIsa.Rejections.Modules;
using static PomIsa.Rejections.Modules.Element;

namespace PomIsa.Rejections.Topics;

/// <summary>Symbols, weights, states, inputs, signatures and data that break a rule, and the greatest that do not.</summary>
internal static class Declarations
{
    private const int Most = 1 << 28;

    public static IEnumerable<Rejection> All =>
        [.. Symbols(), .. Weights(), .. Names(), .. States(), .. Inputs(), .. Registers(), .. Signatures(), .. Entries(), .. Data()];

    /// <summary>An entry that halts, to which declarations are added.</summary>
    public static Draft Idle() => new() { Functions = { new Function { Driver = true, Body = { Asm.Halt } } } };

    private static IEnumerable<Rejection> Symbols()
    {
        foreach (int max in (int[])[0, (1 << 24) + 1, 1 << 25, int.MaxValue])
        {
            Draft draft = Idle();
            draft.Symbols.AddRange([4, max]);
            yield return Module($"a symbol of at most {max}", draft, "BadSymbol");
        }

        foreach (int max in (int[])[1, 1 << 24])
        {
            Draft draft = Idle();
            draft.Symbols.Add(max);
            yield return Rejection.Valid($"a symbol of at most {max}", draft.Encode());
        }
    }

    private static IEnumerable<Rejection> Weights()
    {
        foreach (byte element in Computed)
        {
            string name = Element.Name(element);
            yield return Weight($"{name}[0] in rows", new Weight("w", element, [0], false), "BadWeight");
            yield return Weight($"{name}[3,0,2] in rows", new Weight("w", element, [3, 0, 2], false), "BadWeight");
            yield return Weight($"{name} with a dimension of 2^28 + 1", new Weight("w", element, [Most + 1], false), "BadWeight");
            yield return Weight($"{name} of 2^34 elements", new Weight("w", element, [1 << 17, 1 << 17], false), "BadWeight");
            yield return Valid($"{name}[] in rows", new Weight("w", element, [], false));
            yield return Valid($"{name}[1,2,1,2,1,2,1,2] in rows", new Weight("w", element, [1, 2, 1, 2, 1, 2, 1, 2], false));
        }

        foreach (byte element in (byte[])[I8, I32, I64, Bool])
        {
            yield return Weight($"{Element.Name(element)}[4,16] in panels", new Weight("w", element, [4, 16], true), "UnsupportedType");
        }

        foreach (byte element in (byte[])[F32, F16, BF16, W8, W4])
        {
            string name = Element.Name(element);
            yield return Weight($"{name}[32,15] in panels", new Weight("w", element, [32, 15], true), "BadLayout");
            yield return Weight($"{name}[32,17] in panels", new Weight("w", element, [32, 17], true), "BadLayout");
            yield return Weight($"{name}[32] in panels", new Weight("w", element, [32], true), "BadLayout");
            yield return Weight($"{name}[] in panels", new Weight("w", element, [], true), "BadLayout");
            yield return Weight($"{name}[2,32,16] in panels", new Weight("w", element, [2, 32, 16], true), "BadLayout");
            yield return Weight($"{name}[0,16] in panels", new Weight("w", element, [0, 16], true), "BadWeight");
            yield return Valid($"{name}[32,16] in panels", new Weight("w", element, [32, 16], true));
        }

        foreach ((byte element, int depth) in ((byte, int)[])[(W8, 1), (W8, 2), (W8, 6), (W8, 133_148), (W4, 1), (W4, 16), (W4, 48), (W4, 33_568)])
        {
            yield return Weight($"{Element.Name(element)}[{depth},16] in panels", new Weight("w", element, [depth, 16], true), "BadLayout");
        }

        foreach ((byte element, int depth) in ((byte, int)[])[(W8, 4), (W8, 133_144), (W4, 32), (W4, 33_536)])
        {
            yield return Valid($"{Element.Name(element)}[{depth},16]: the least or most rows", new Weight("w", element, [depth, 16], true));
        }

        yield return Weight("w8 in rows", new Weight("w", W8, [4, 16], false), "BadLayout");
        yield return Weight("w4 in rows", new Weight("w", W4, [32, 16], false), "BadLayout");
    }

    private static IEnumerable<Rejection> Names()
    {
        (string, byte)[][] clashes =
        [
            [("a", F32), ("a", F32)], [("a", F32), ("b", F32), ("a", W8)], [("a", W8), ("a.scale", F32)], [("a.scale", F32), ("a", W8)],
            [("a", W4), ("a.scale", F32)], [("a", W4), ("a.sub", F32)], [("a.sub", F32), ("a", W4)], [("a", W8), ("a", W4)], [("a.scale", W8), ("a", W4)],
        ];
        foreach ((string Name, byte Element)[] names in clashes)
        {
            yield return Module(Said(names), Named(names), "DuplicateName");
        }

        foreach ((string Name, byte Element)[] names in ((string, byte)[][])[[("a", W8), ("a.sub", F32)], [("a", F32), ("a.scale", F32)], [("a", F32), ("A", F32)]])
        {
            yield return Rejection.Valid(Said(names), Named(names).Encode());
        }

        static string Said((string Name, byte Element)[] names) => "weights " + string.Join(", ", names.Select(static n => $"{n.Name} {Element.Name(n.Element)}"));
    }

    private static Draft Named((string Name, byte Element)[] names)
    {
        Draft draft = Idle();
        draft.Weights.AddRange(names.Select(static n => new Weight(n.Name, n.Element, n.Element is W8 or W4 ? [32, 16] : [2], n.Element is W8 or W4)));
        return draft;
    }

    private static IEnumerable<Rejection> States()
    {
        (State, string)[] wrong =
        [
            (new State(F32, [], 0, 4), "a row of no dimensions"), (new State(F32, [2, 2, 2, 2, 2, 2, 2, 2], 0, 4), "a row of 8 dimensions"), (new State(F32, [0], 0, 4), "a row of [0]"),
            (new State(F32, [4, 0], 0, 4), "a row of [4,0]"), (new State(F32, [4], 0, 0), "no rows"), (new State(F32, [Most + 1], 0, 1), "a dimension of 2^28 + 1"),
            (new State(F32, [1 << 14, 1 << 14], 0, 4), "2^30 elements"), (new State(I64, [1 << 14, 1 << 14], 0, 1), "2^28 elements of 8 bytes"),
            (new State(W8, [4], 0, 4), "rows of w8"), (new State(W4, [4], 0, 4), "rows of w4"),
        ];
        foreach ((State state, string name) in wrong)
        {
            Draft draft = Idle();
            draft.Symbols.Add(8);
            draft.States.Add(state);
            yield return Module($"a state with {name}", draft, "BadState");
        }

        foreach (int max in (int[])[9, 10, 1000])
        {
            Draft draft = Idle();
            draft.Symbols.Add(8);
            draft.States.Add(new State(F32, [4], 0, max));
            yield return Module($"a state of {max} rows for a symbol of at most 8", draft, "SymbolMaximum");
        }

        foreach (State state in (State[])[new(F32, [4], 0, 8), new(F32, [2, 2, 2, 2, 2, 2, 2], 0, 1), new(I8, [Most], 0, 7), new(Bool, [1], 0, 8)])
        {
            Draft draft = Idle();
            draft.Symbols.Add(8);
            draft.States.Add(state);
            yield return Rejection.Valid($"a state of {state.Max} rows {Element.Name(state.Element)}[{string.Join(",", state.Row)}]", draft.Encode());
        }
    }

    private static IEnumerable<Rejection> Inputs()
    {
        Dim p = Dim.Symbol(0);
        Kind[] wrong = [new(F32, 4, p), new(F32, p, p), new(I32, 2, 3, p), new(W8, p), new(W4, 4), new(F32, p, Most + 1), new(I64, p, 1 << 26)];
        foreach (Kind kind in wrong)
        {
            Draft draft = Idle();
            draft.Symbols.Add(8);
            draft.Inputs.Add(kind);
            yield return Module($"an input {kind}", draft, "BadInput");
        }

        Kind[] right = [new(F32), new(F32, 4), new(F32, p), new(Bool, p, 3), new(I64, 0), new(F16, p, 0, 2), new(BF16, 1, 1, 1, 1, 1, 1, 1, 1), new(I8, p, 1 << 27)];
        foreach (Kind kind in right)
        {
            Draft draft = Idle();
            draft.Symbols.Add(8);
            draft.Inputs.Add(kind);
            yield return Rejection.Valid($"an input {kind}", draft.Encode());
        }
    }

    private static IEnumerable<Rejection> Registers()
    {
        Dim s = Dim.Symbol(0);
        Kind[] wrong =
        [
            new(W8, 4), new(W4, 4), new(F32, Most + 1), new(F32, 1 << 15, 1 << 15), new(I8, Most, 8), new(I64, Most), new(F32, s, 1 << 26), new(F32, s, s, s, s, s, s, s, s),
            new(F32, Most, Most, Most, Most, Most, Most, Most, Most), new(F32, Most, Most, 0),
        ];
        foreach (Kind kind in wrong)
        {
            for (int function = 0; function < 2; function++)
            {
                Draft draft = Idle();
                draft.Symbols.Add(64);
                draft.Functions.Add(new Function { Body = { Asm.Ret } });
                draft.Functions[function].Registers.AddRange([new Kind(F32, 2), kind]);
                yield return Rejection.Invalid($"a register {kind} in function {function}", draft.Encode(), "BadRegister", function, -1);
            }
        }

        Kind[] right = [new(F32), new(F32, 0), new(I8, Most, 7), new(F32, Most), new(F32, s, 1 << 22), new(F32, 1, 1, 1, 1, 1, 1, 1, 1), new(F32, Most, 0), new(F32, s, s, s, s)];
        foreach (Kind kind in right)
        {
            Draft draft = Idle();
            draft.Symbols.Add(64);
            draft.Functions.Add(new Function { Registers = { kind }, Body = { Asm.Ret } });
            yield return Rejection.Valid($"a register {kind}", draft.Encode());
        }
    }

    private static IEnumerable<Rejection> Signatures()
    {
        foreach (int locals in (int[])[1, 2, 256])
        {
            Draft draft = Idle();
            draft.Functions.Add(new Function { Locals = locals, Body = { Asm.Ret } });
            yield return Rejection.Invalid($"a step with {locals} locals", draft.Encode(), "BadSignature", 1, -1);
        }

        Dim s = Dim.Symbol(0), t = Dim.Symbol(1);
        foreach ((Kind parameter, Kind result) in ((Kind, Kind)[])[(new(F32, 4), new(F32, s)), (new(F32, s), new(F32, t)), (new(F32, s, 2), new(I32, s, t)), (new(F32), new(F32, 2, 2, t))])
        {
            Draft draft = Idle();
            draft.Symbols.AddRange([4, 4]);
            draft.Functions.Add(new Function { Parameters = 1, Results = 1, Registers = { parameter, result }, Body = { Asm.Zeros(1), Asm.Ret } });
            yield return Rejection.Invalid($"from {parameter} to {result}", draft.Encode(), "UnboundSymbol", 1, -1);
        }
    }

    private static IEnumerable<Rejection> Entries()
    {
        (Function, string)[] wrong =
        [
            (new Function { Body = { Asm.Ret } }, "a step"),
            (new Function { Driver = true, Parameters = 1, Registers = { new Kind(F32, 2) }, Body = { Asm.Halt } }, "a driver with a parameter"),
            (new Function { Driver = true, Results = 1, Registers = { new Kind(F32, 2) }, Body = { Asm.Zeros(0), Asm.Halt } }, "a driver with a result"),
        ];
        foreach ((Function entry, string name) in wrong)
        {
            Draft alone = new() { Functions = { entry } };
            yield return Rejection.Invalid($"the entry is {name}", alone.Encode(), "BadEntry", 0, -1);
            Draft second = Idle();
            second.Functions.Add(entry);
            second.Entry = 1;
            yield return Rejection.Invalid($"the entry is {name}, function 1", second.Encode(), "BadEntry", 1, -1);
        }
    }

    private static IEnumerable<Rejection> Data()
    {
        byte[] bytes = [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40];
        byte[] digest = SHA256.HashData(bytes);
        foreach (int bit in (int[])[0, 7, 100, 255])
        {
            byte[] other = [.. digest];
            other[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return Inside(string.Create(CultureInfo.InvariantCulture, $"bit {bit} of the digest is wrong"), other, bytes);
        }

        yield return Inside("no digest", new byte[32], bytes);
        foreach (int length in (int[])[1, 4, 7])
        {
            yield return Inside($"{length} of 8 bytes", SHA256.HashData(bytes[..length]), bytes[..length]);
        }

        yield return Inside("one byte too many", SHA256.HashData([.. bytes, 0]), [.. bytes, 0]);
        byte[] changed = [.. bytes];
        changed[3] ^= 1;
        yield return Inside("another byte", digest, changed);
    }

    private static Rejection Inside(string name, byte[] digest, byte[] bytes)
    {
        Draft draft = Idle();
        draft.Weights.Add(new Weight("w", F32, [2], false) { Digest = digest });
        draft.Data.Add((0, bytes));
        return Module($"a weight inside: {name}", draft, "BadData");
    }

    private static Rejection Weight(string name, Weight weight, string code)
    {
        Draft draft = Idle();
        draft.Weights.Add(weight);
        return Module($"a weight {name}", draft, code);
    }

    private static Rejection Valid(string name, Weight weight)
    {
        Draft draft = Idle();
        draft.Weights.Add(weight);
        return Rejection.Valid($"a weight {name}", draft.Encode());
    }

    private static Rejection Module(string name, Draft draft, string code) => Rejection.Invalid(name, draft.Encode(), code, -1, -1);
}
