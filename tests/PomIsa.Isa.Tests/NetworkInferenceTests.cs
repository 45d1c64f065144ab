using System.Collections.Immutable;
using static PomIsa.Isa.Tests.Build;

namespace PomIsa.Isa.Tests;

/// <summary>Rules of the rows that reduce, select, quantize, attend and move windows; work formulas among them.</summary>
public sealed class NetworkInferenceTests
{
    private static readonly ImmutableArray<TensorType> Registers =
    [
        F32(3, 2, 16), // 0
        TensorType.Of(DType.I64, 4, 5), // 1
        F32(2, Sym(0)), // 2
        F32(2, 4, 9, 8), // 3: planes
        F32(2, Sym(0), 16), // 4: queries
        F32(2, Sym(1), 8), // 5: keys
        F32(2, 4, Sym(0), Sym(1)), // 6: bias of 4 heads
        TensorType.Of(DType.I8, Sym(0), 8), // 7
        F32(1, 0), // 8
        TensorType.Of(DType.Bool, 1, 1), // 9
        TensorType.Of(DType.I32, 2), // 10
    ];

    private static readonly Module Module = new()
    {
        Symbols = Ts,
        Weights =
        [
            new("filters", DType.F32, [6, 2, 3, 3], WeightLayout.Rows),
            new("w8", DType.W8, [8, 16], WeightLayout.Panels16),
            new("deep", DType.W8, [132_108, 16], WeightLayout.Panels16),
            new("mask", DType.Bool, [2, 3], WeightLayout.Rows),
            new("panels", DType.F32, [8, 16], WeightLayout.Panels16),
        ],
        States = [new(DType.F32, [8], 1, 32), new(DType.F32, [8], 1, 32)],
    };

    [Fact]
    public void Results_follow_from_the_operands()
    {
        Assert.Equal([F32(3, 2, 1)], Types(Op("mean", R(99), R(0))));
        Assert.Equal([TensorType.Of(DType.I64, 4, 1)], Types(Op("reduce.prod", R(99), R(1))));
        Assert.Equal([TensorType.Of(DType.I64, 3, 2, 1)], Types(Op("vargmax", R(99), R(0))));
        Assert.Equal([F32(3, 2, 5), TensorType.Of(DType.I64, 3, 2, 5)], Types(Op("topk", R(99), R(98), R(0), U(5))));
        Assert.Equal([TensorType.Of(DType.I64, 4, 0), TensorType.Of(DType.I64, 4, 0)], Types(Op("topk", R(99), R(98), R(1), U(0))));
        Assert.Equal([TensorType.Of(DType.I8, 3, 2, 16), F32(3, 2, 1)], Types(Op("quantize", R(99), R(98), R(0))));
        Assert.Equal([I32(Sym(0), 16)], Types(Op("matmul.i8", R(99), R(7), R(1))));
        Assert.Equal([F32(2, Sym(0), 16)], Types(Op("attention.cross", R(99), R(4), R(5), R(5), U(4), F(1))));
        Assert.Equal([F32(2, Sym(0), 16)], Types(Op("attention.bias", R(99), R(4), R(5), R(5), R(6), U(4), F(1))));
        Assert.Equal([F32(2, 6, 5, 8)], Types(Conv(2, 1, 1, 1, 1, 1, 1, 1)));
        Assert.Equal([F32(2, 4, 4, 4)], Types(Op("pool.max", R(99), R(3), U(3), U(2), U(2), U(2), U(0), U(0), U(0), U(0), U(1), U(1))));
        Assert.Equal([TensorType.Of(DType.Bool, 2, 3)], Types(Op("load", R(99), R(3))));
        Assert.Equal([F32(Sym(1), 8)], Types(Op("read", R(99), R(0))));
    }

    [Fact]
    public void What_does_not_fit_is_named_by_operand()
    {
        Refused(Op("topk", R(99), R(98), R(0), U(17)), FaultCode.BadImmediate, 3);
        Refused(Op("topk", R(99), R(98), R(2), U(1)), FaultCode.ShapeMismatch, 2);
        Refused(Op("vargmax", R(99), R(8)), FaultCode.ShapeMismatch, 1);
        Refused(Op("sample", R(8)), FaultCode.ShapeMismatch, 0);
        Refused(Op("mean", R(99), R(1)), FaultCode.TypeMismatch, 1);
        Refused(Op("matmul.i8", R(99), R(7), R(2)), FaultCode.ShapeMismatch, 2);
        Refused(Op("item", R(10)), FaultCode.ShapeMismatch, 0);
        Refused(Op("output", R(0), U(64)), FaultCode.BadImmediate, 1);
        Refused(Op("load", R(99), R(4)), FaultCode.BadLayout, 1);
        Refused(Op("load", R(99), R(1)), FaultCode.TypeMismatch, 1);
        Refused(Op("attention.cross", R(99), R(4), R(5), R(5), U(3), F(1)), FaultCode.BadImmediate, 4);
        Refused(Op("attention.cross", R(99), R(4), R(5), R(5), U(4), F(float.PositiveInfinity)), FaultCode.BadImmediate, 5);
        Refused(Op("attention.cross", R(99), R(5), R(4), R(4), U(4), F(1)), FaultCode.ShapeMismatch, 1);
        Refused(Op("attention.bias", R(99), R(4), R(5), R(5), R(6), U(8), F(1)), FaultCode.ShapeMismatch, 4);
        Refused(Op("attention.softcap", R(99), R(0), R(0), R(1), U(4), F(1), U(0), F(1)), FaultCode.ShapeMismatch, 1);
        Refused(Conv(0, 1, 1, 1, 1, 1, 1, 1), FaultCode.BadImmediate, 3);
        Refused(Conv(1, 1, 65537, 1, 1, 1, 1, 1), FaultCode.BadImmediate, 5);
        Refused(Conv(1, 1, 0, 0, 0, 0, 5, 1), FaultCode.BadImmediate, 3);
        Refused(Conv(1, 1, 0, 0, 0, 0, 1, 4), FaultCode.BadImmediate, 4);
        Refused(Op("pool.mean", R(99), R(3), U(1), U(1), U(1), U(1), U(0), U(0), U(0), U(0), U(1), U(1), U(2)), FaultCode.BadImmediate, 12);
        Refused(Op("pool.max", R(99), R(3), U(0), U(1), U(1), U(1), U(0), U(0), U(0), U(0), U(1), U(1)), FaultCode.BadImmediate, 2);
    }

    [Fact]
    public void A_product_of_any_bytes_has_a_lower_bound_on_its_depth()
    {
        var request = new InferRequest(Module, Op("matmul.i8", R(1), R(0), R(2)), static _ => TensorType.Of(DType.I8, 1, 132_108));
        Assert.False(request.TryInfer(out _));
        Assert.Equal((FaultCode.BadLayout, 2), (request.Fault, request.FaultOperand));
    }

    [Fact]
    public void Work_is_what_the_pages_say()
    {
        long[] symbols = [3, 7];
        Assert.Equal((UInt128)(2 * 2 * 3 * 7 * 16), Work(Op("attention.cross", R(99), R(4), R(5), R(5), U(4), F(1)), symbols));
        Assert.Equal((UInt128)(2 * 6 * 5 * 8 * 2 * 3 * 3), Work(Conv(2, 1, 1, 1, 1, 1, 1, 1), symbols));
        Assert.Equal((UInt128)(2 * 4 * 4 * 4 * 3 * 2), Work(Op("pool.max", R(99), R(3), U(3), U(2), U(2), U(2), U(0), U(0), U(0), U(0), U(1), U(1)), symbols));
        Assert.Equal((UInt128)(3 * 8 * 16), Work(Op("matmul.i8", R(99), R(7), R(1)), symbols));
        Assert.Equal((UInt128)(3 * 2 * 16), Work(Op("topk", R(99), R(98), R(0), U(5)), symbols));
    }

    /// <summary>Strides, pads, dilations; the planes are 9 by 8, the filters 3 by 3.</summary>
    private static Instruction Conv(params uint[] moves) => Op("conv", [R(99), R(3), R(0), .. moves.Select(U)]);

    private static TensorType[] Types(Instruction instruction)
    {
        InferRequest request = Request(instruction);
        Assert.True(request.TryInfer(out ImmutableArray<TensorType> written), $"{instruction.Row}: {request.Fault} at {request.FaultOperand}");
        return [.. written];
    }

    private static UInt128 Work(Instruction instruction, long[] symbols)
    {
        InferRequest request = Request(instruction);
        Assert.True(request.TryInfer(out _));
        return request.Work(symbols);
    }

    private static void Refused(Instruction instruction, FaultCode code, int operand)
    {
        InferRequest request = Request(instruction);
        Assert.False(request.TryInfer(out _));
        Assert.Equal((code, operand), (request.Fault, request.FaultOperand));
    }

    private static InferRequest Request(Instruction instruction) =>
        new(Module, instruction, static register => register < Registers.Length ? Registers[register] : null);
}
