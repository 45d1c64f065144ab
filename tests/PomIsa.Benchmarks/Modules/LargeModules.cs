using PomIsa.Isa;

namespace PomIsa.Benchmarks.Modules;

/// <summary>Valid modules of a million instructions, of several kinds.</summary>
internal static class LargeModules
{
    /// <summary>Instructions of each module, about.</summary>
    public const int Instructions = Limits.Instructions;

    private const int Layers = 64;

    public static (string Name, Module Module)[] All() =>
    [
        ("steps: decoder layers, one after the other", Steps(256)),
        ("drivers: scalars, loops and branches", Drivers(64)),
        ("calls: small steps, called from drivers", Calls()),
        ("all of these", Mixed()),
    ];

    private static Module Steps(int functions) => Build([.. Enumerable.Range(0, functions).Select(i => Layer((Instructions / functions) - 4, i))], []);

    private static Module Drivers(int functions) => Build([], [.. Enumerable.Range(0, functions).Select(_ => Driver((Instructions / functions) - 40))]);

    private static Module Calls()
    {
        Function[] steps = [.. Enumerable.Range(0, 512).Select(i => Layer(30, i))];
        return Build(steps, [.. Enumerable.Range(0, 256).Select(i => Caller((Instructions - (32 * 512)) / 256 - 40, steps.Length, i))]);
    }

    private static Module Mixed()
    {
        Function[] steps = [.. Enumerable.Range(0, 128).Select(i => Layer(2600, i))];
        return Build(steps, [.. Enumerable.Range(0, 28).Select(_ => Driver(16000)), .. Enumerable.Range(0, 32).Select(i => Caller(8000, steps.Length, i))]);
    }

    private static Module Build(Function[] steps, Function[] drivers)
    {
        // The entry calls every driver once, so that bounds are summed over all of them.
        var entry = new List<Instruction>();
        for (int i = 0; i < steps.Length && drivers.Length == 0; i++)
        {
            entry.Add(Of("call", i, 0, 1));
        }

        entry.AddRange(Enumerable.Range(steps.Length, drivers.Length).Select(static i => Of("call", i)));
        entry.Add(Of("halt"));
        var main = new Function
        {
            Kind = FunctionKind.Driver,
            ParameterCount = 0,
            ResultCount = 0,
            Registers = [TensorType.Of(DType.I32, Dim.OfSymbol(2)), TensorType.Of(DType.F32, 1, 512)],
            Body = [Of("input", 0, 0), .. entry],
        };
        return new Module
        {
            Symbols = [new(64), new(1024), new(64)],
            Weights = [.. Enumerable.Range(0, Layers).SelectMany(static l => Weights(l))],
            States = [.. Enumerable.Range(0, 2).Select(static _ => new StateEntry(DType.F32, [128], 1, 1024))],
            Inputs = [new InputEntry(TensorType.Of(DType.I32, Dim.OfSymbol(2)))],
            Functions = [.. steps, .. drivers, main],
            Entry = steps.Length + drivers.Length,
        };
    }

    private static IEnumerable<WeightEntry> Weights(int layer) =>
    [
        new($"l{layer}.w", DType.W8, [128, 128], WeightLayout.Panels16),
        new($"l{layer}.norm", DType.F32, [128], WeightLayout.Rows),
        new($"l{layer}.embed", DType.F32, [128, 512], WeightLayout.Panels16),
        new($"l{layer}.cos", DType.F32, [2048, 16], WeightLayout.Rows),
    ];

    /// <summary>Tokens in, logits out; between them layers of products, norms, rotations, sums and gates until there are enough instructions.</summary>
    private static Function Layer(int count, int seed)
    {
        Dim t = Dim.OfSymbol(0);
        TensorType row = TensorType.Of(DType.F32, t, 128);
        var body = new List<Instruction> { Of("embed", 2, 0, Weight(seed, 2)), Of("append", 0, 2), Of("append", 1, 2) };
        for (int i = 0; body.Count < count - 2; i++)
        {
            int layer = seed + i, x = 2 + (i % 20), y = 2 + ((i + 7) % 20), z = 2 + ((i + 13) % 20);
            body.AddRange(
            [
                Instruction.Of("rmsnorm", Operand.Of(y), Operand.Of(2), Operand.Of(Weight(layer, 1)), Operand.OfF32(1e-5f)),
                Of("linear.w8", z, y, Weight(layer, 0)),
            ]);
            if (i % 3 == 0)
            {
                body.AddRange(
                [
                    Of("rope", z, z, Weight(layer, 3), Weight(layer, 3), 1),
                    Instruction.Of("attention", Operand.Of(y), Operand.Of(z), Operand.Of(0), Operand.Of(1), Operand.OfU32(32), Operand.OfF32(0.125f)),
                    Of("silu", z, z),
                    Of("vmul", z, z, y),
                    Of("vadd", 2, 2, y),
                ]);
                continue;
            }

            body.AddRange(
            [
                Of("silu", z, z), Of("vmul", z, z, y), Of("linear.w8", x, z, Weight(layer, 0)), Of("vadd", 2, 2, x),
                Of("softmax", x, z), Of("tanh", x, x), Of("exp", x, x), Of("vadd", 2, 2, x),
            ]);
        }

        body.RemoveRange(count - 2, body.Count - (count - 2));
        return new Function
        {
            Kind = FunctionKind.Step,
            ParameterCount = 1,
            ResultCount = 1,
            Registers = [TensorType.Of(DType.I32, t), TensorType.Of(DType.F32, 1, 512), .. Enumerable.Repeat(row, 24), TensorType.Of(DType.F32, 1, 128)],
            Body = [.. body, Of("tail", 26, 2, 1), Of("matmul", 1, 26, Weight(seed, 2)), Of("ret")],
        };

        static int Weight(int layer, int which) => (layer % Layers * 4) + which;
    }

    /// <summary>Nested loops and branches around arithmetic on locals.</summary>
    private static Function Driver(int count)
    {
        var body = new List<Instruction>();
        while (body.Count < count)
        {
            body.AddRange(
            [
                Push(3), Instruction.Of("loop", Operand.OfU32(3)), Of("get", 0), Push(7), Of("add"), Of("dup"), Of("set", 0),
                Push(100), Of("lt"), Of("if"), Of("get", 1), Of("get", 0), Of("mul"), Of("set", 1), Push(2), Instruction.Of("loop", Operand.OfU32(2)), Of("get", 1), Push(1),
                Of("sub"), Of("set", 1), Of("end"), Of("else"), Of("get", 2), Of("not"), Of("set", 2), Of("end"), Of("get", 2), Of("brk_if"), Of("end"),
            ]);
        }

        return Plain(body);
    }

    /// <summary>Calls of steps with the same and with other dimensions, tokens between them.</summary>
    private static Function Caller(int count, int steps, int seed)
    {
        var body = new List<Instruction> { Push(1), Of("token", 0), Of("zeros", 2) };
        for (int i = seed; body.Count < count; i++)
        {
            body.AddRange([Of("call", i % steps, i % 3 == 0 ? 2 : 0, 1), Of("argmax", 1), Of("dup"), Of("set", 0), Of("token", 0), Of("commit")]);
        }

        return Plain(body);
    }

    private static Function Plain(List<Instruction> body) => new()
    {
        Kind = FunctionKind.Driver,
        ParameterCount = 0,
        ResultCount = 0,
        LocalCount = 3,
        Registers = [TensorType.Of(DType.I32, 1), TensorType.Of(DType.F32, 1, 512), TensorType.Of(DType.I32, 8)],
        Body = [.. body, Of("ret")],
    };

    private static Instruction Push(long value) => Instruction.Of("push", Operand.OfI64(value));

    private static Instruction Of(string mnemonic, params ReadOnlySpan<int> operands)
    {
        var all = new Operand[operands.Length];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = new Operand((ulong)operands[i]);
        }

        return Instruction.Of(mnemonic, all);
    }
}
