using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Isa.Tests;

/// <summary>Short ways to build modules by hand.</summary>
internal static class Build
{
    public static Operand R(int index) => Operand.Of(index);

    public static Operand U(uint value) => Operand.OfU32(value);

    public static Operand I(long value) => Operand.OfI64(value);

    public static Operand F(float value) => Operand.OfF32(value);

    public static Instruction Op(string mnemonic, params Operand[] operands) => Instruction.Of(mnemonic, operands);

    public static TensorType F32(params Dim[] shape) => TensorType.Of(DType.F32, shape);

    public static TensorType I32(params Dim[] shape) => TensorType.Of(DType.I32, shape);

    public static Dim Sym(int index) => Dim.OfSymbol(index);

    public static Function Driver(TensorType[] registers, params Instruction[] body) => new()
    {
        Kind = FunctionKind.Driver,
        ParameterCount = 0,
        ResultCount = 0,
        LocalCount = 2,
        Registers = [.. registers],
        Body = [.. body],
    };

    public static Function Step(int parameters, int results, TensorType[] registers, params Instruction[] body) => new()
    {
        Kind = FunctionKind.Step,
        ParameterCount = parameters,
        ResultCount = results,
        Registers = [.. registers],
        Body = [.. body],
    };

    /// <summary>A module of one driver.</summary>
    public static Module Alone(params Instruction[] body) => new() { Functions = [Driver([], body)] };

    /// <summary>Symbols T (max 8) and S (max 32), as in most tests here.</summary>
    public static ImmutableArray<SymbolEntry> Ts => [new(8), new(32)];

    /// <summary>A tiny decoder: one layer, width 16, vocabulary 32, context 32; prefill, then up to 5 tokens.</summary>
    public static Module Tiny()
    {
        WeightEntry W(string name, DType type, params int[] shape) =>
            new(name, type, [.. shape], shape.Length == 2 && name is not ("cos" or "sin") ? WeightLayout.Panels16 : WeightLayout.Rows);
        Function forward = Step(1, 1,
            [I32(Sym(0)), F32(1, 32), F32(Sym(0), 16), F32(Sym(0), 16), F32(Sym(0), 16), F32(Sym(0), 32), F32(1, 16)],
            Op("embed", R(2), R(0), R(0)),
            Op("rmsnorm", R(3), R(2), R(1), F(1e-5f)),
            Op("matmul", R(4), R(3), R(2)),
            Op("rope", R(4), R(4), R(4), R(5), R(1)),
            Op("append", R(0), R(4)),
            Op("append", R(1), R(3)),
            Op("attention", R(3), R(4), R(0), R(1), U(8), F(0.5f)),
            Op("vadd", R(2), R(2), R(3)),
            Op("linear.w8", R(5), R(2), R(3)),
            Op("silu", R(5), R(5)),
            Op("tail", R(6), R(2), U(1)),
            Op("linear.w8", R(1), R(6), R(3)),
            Op("ret"));
        Function main = Driver([I32(Sym(0)), F32(1, 32), I32(1)],
            Op("input", R(0), R(0)),
            Op("call", R(0), R(0), R(1)),
            Op("push", I(5)),
            Op("loop", U(5)),
            Op("argmax", R(1)),
            Op("dup"),
            Op("set", R(0)),
            Op("emit"),
            Op("get", R(0)),
            Op("token", R(2)),
            Op("call", R(0), R(2), R(1)),
            Op("commit"),
            Op("get", R(0)),
            Op("push", I(2)),
            Op("eq"),
            Op("brk_if"),
            Op("end"),
            Op("halt"));
        return new Module
        {
            Symbols = Ts,
            Weights =
            [
                W("embed", DType.F32, 16, 32), W("norm", DType.F32, 16), W("wq", DType.F32, 16, 16),
                W("out", DType.W8, 16, 32), W("cos", DType.F32, 32, 4), W("sin", DType.F32, 32, 4),
            ],
            States = [new(DType.F32, [16], 1, 32), new(DType.F32, [16], 1, 32)],
            Inputs = [new(I32(Sym(0)))],
            Functions = [forward, main],
            Entry = 1,
            Names = new ModuleNames
            {
                Module = "tiny",
                Symbols = ["T", "S"],
                States = ["k", "v"],
                Inputs = ["prompt"],
                Functions =
                [
                    new FunctionNames("forward", ["ids", "logits", "x", "h", "q", "wide", "last"], []),
                    new FunctionNames("main", ["t", "logits", "next"], ["n", ""]),
                ],
            },
            Positions = new SourceMap
            {
                Files = ["tiny.pisa"],
                Functions =
                [
                    [.. Enumerable.Range(0, 13).Select(i => new SourcePosition(0, 10 + i, 5))],
                    [.. Enumerable.Range(0, 18).Select(i => new SourcePosition(0, 30 + i, 9 - (i % 3)))],
                ],
            },
            Text = new ModuleText { Entries = [new(TextTarget.Module, 0, "A tiny decoder.\nFor tests."), new(TextTarget.Function, 1, "main")] },
            Customs = [new CustomSection(0x90, [1, 2, 3])],
        };
    }

    public static VerifiedModule Verified(Module module)
    {
        bool good = Verifier.TryVerify(module, out VerifiedModule? verified, out ImmutableArray<Fault> faults);
        Assert.True(good, string.Join('\n', faults.Select(f => FaultText.Describe(f, module))));
        return verified!;
    }

    public static ImmutableArray<Fault> Faults(Module module)
    {
        Assert.False(Verifier.TryVerify(module, out _, out ImmutableArray<Fault> faults));
        return faults;
    }
}
