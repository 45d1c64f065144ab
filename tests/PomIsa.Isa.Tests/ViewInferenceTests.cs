using System.Collections.Immutable;
using static PomIsa.Isa.Tests.Build;

namespace PomIsa.Isa.Tests;

/// <summary>Types that views, choices, comparisons and casts give, and what they refuse. Register 0 is written, the others are read.</summary>
public sealed class ViewInferenceTests
{
    private static readonly TensorType Rows = F32(Sym(0), 6), Ids = I32(Sym(0));

    [Fact]
    public void Views_give_the_shapes_that_their_pages_say()
    {
        Gives(F32(6, Sym(0)), Op("transpose", R(0), R(1), Axes(1, 0)), null, Rows);
        Gives(F32(), Op("transpose", R(0), R(1), Axes()), null, F32());
        Gives(F32(Sym(0), 2, 3), Op("reshape", R(0), R(1)), F32(Sym(0), 2, 3), Rows);
        Gives(F32(6, 1, Sym(0)), Op("reshape", R(0), R(1)), F32(6, 1, Sym(0)), Rows);
        Gives(F32(2, Sym(0), 6), Op("expand", R(0), R(1)), F32(2, Sym(0), 6), F32(Sym(0), 1));
        Gives(F32(Sym(0), 2), Op("slice", R(0), R(1), U(1), I(-1), I(-5), U(2)), null, Rows);
        Gives(F32(9, 6), Op("slice", R(0), R(1), U(0), I(-9), I(4), U(9)), null, Rows);
        Gives(F32(Sym(0), 0), Op("slice", R(0), R(1), U(1), I(99), I(1), U(0)), null, Rows);
        Gives(F32(Sym(0), 7), Op("concat", R(0), R(1), R(2), U(1)), null, Rows, F32(Sym(0), 1));
        Gives(F32(2, Sym(0), 3, 5), Op("gather", R(0), R(1), R(2), U(1)), null, F32(2, 4, 5), I32(Sym(0), 3));
        Gives(Rows, Op("scatter", R(0), R(1), R(2), R(3), U(1), U(4)), null, Rows, I32(3), F32(Sym(0), 3));
        Gives(F32(Sym(0), 9), Op("pad", R(0), R(1), R(2), U(1), U(1), U(2)), null, Rows, F32());
        Gives(Rows, Op("where", R(0), R(1), R(2), R(3)), null, TensorType.Of(DType.Bool, 6), Rows, F32());
        Gives(TensorType.Of(DType.BF16, Sym(0), 6), Op("cast", R(0), R(1), Operand.OfType(DType.BF16)), null, Rows);
        Gives(TensorType.Of(DType.Bool, Sym(0), 6), Op("vle", R(0), R(1), R(2)), null, Rows, F32(6));
        Gives(Ids, Op("vdiv", R(0), R(1), R(2)), null, Ids, Ids);
        InferRequest request = Asks(Op("split", R(0), R(4), R(1), U(1), U(2)), null, Rows);
        Assert.True(request.TryInfer(out ImmutableArray<TensorType> written));
        Assert.Equal((F32(Sym(0), 2), F32(Sym(0), 4)), (written[0], written[1]));
    }

    [Fact]
    public void What_does_not_fit_is_named_by_operand()
    {
        Refuses(FaultCode.BadImmediate, 2, Op("transpose", R(0), R(1), Axes(0)), null, Rows);
        Refuses(FaultCode.BadImmediate, 2, Op("transpose", R(0), R(1), Axes(1, 1)), null, Rows);
        Refuses(FaultCode.BadImmediate, 2, Op("transpose", R(0), R(1), Axes(0, 2)), null, Rows);
        Refuses(FaultCode.ShapeMismatch, 1, Op("reshape", R(0), R(1)), F32(Sym(0), 5), Rows);
        Refuses(FaultCode.ShapeMismatch, 1, Op("reshape", R(0), R(1)), F32(Sym(1), 6), Rows);
        Refuses(FaultCode.ShapeMismatch, 1, Op("reshape", R(0), R(1)), F32(Sym(0), Sym(0), 6), Rows);
        Refuses(FaultCode.TypeMismatch, 1, Op("reshape", R(0), R(1)), I32(Sym(0), 6), Rows);
        Refuses(FaultCode.UnknownRegisterType, 0, Op("reshape", R(0), R(1)), null, Rows);
        Refuses(FaultCode.ShapeMismatch, 1, Op("expand", R(0), R(1)), F32(Sym(0)), F32(2));
        Refuses(FaultCode.BadImmediate, 2, Op("slice", R(0), R(1), U(2), I(0), I(1), U(1)), null, Rows);
        Refuses(FaultCode.BadImmediate, 4, Op("slice", R(0), R(1), U(1), I(0), I(0), U(1)), null, Rows);
        Refuses(FaultCode.BadImmediate, 3, Op("slice", R(0), R(1), U(1), I(0), I(3), U(3)), null, Rows);
        Refuses(FaultCode.BadImmediate, 3, Op("slice", R(0), R(1), U(1), I(-7), I(1), U(1)), null, Rows);
        Refuses(FaultCode.BadImmediate, 3, Op("slice", R(0), R(1), U(1), I(1), I(long.MaxValue), U(2)), null, Rows);
        Refuses(FaultCode.BadImmediate, 5, Op("slice", R(0), R(1), U(0), I(0), I(1), U(uint.MaxValue)), null, Rows);
        Refuses(FaultCode.ShapeMismatch, 2, Op("concat", R(0), R(1), R(2), U(1)), null, Rows, F32(Sym(1), 6));
        Refuses(FaultCode.ShapeMismatch, 1, Op("concat", R(0), R(1), R(2), U(0)), null, Rows, Rows);
        Refuses(FaultCode.TypeMismatch, 2, Op("concat", R(0), R(1), R(2), U(1)), null, Rows, I32(Sym(0), 6));
        Refuses(FaultCode.ShapeMismatch, 2, Op("split", R(0), R(4), R(1), U(0), U(1)), null, Rows);
        Refuses(FaultCode.BadImmediate, 4, Op("split", R(0), R(4), R(1), U(1), U(7)), null, Rows);
        Refuses(FaultCode.BadImmediate, 3, Op("gather", R(0), R(1), R(2), U(8)), null, Rows, Ids);
        Refuses(FaultCode.TypeMismatch, 2, Op("gather", R(0), R(1), R(2), U(0)), null, Rows, F32(2));
        Refuses(FaultCode.ShapeMismatch, 2, Op("gather", R(0), R(1), R(2), U(0)), null, F32(1, 1, 1, 1, 1), I32(1, 1, 1, 1, 1));
        Refuses(FaultCode.ShapeMismatch, 3, Op("scatter", R(0), R(1), R(2), R(3), U(1), U(0)), null, Rows, I32(3), F32(Sym(0), 4));
        Refuses(FaultCode.TypeMismatch, 3, Op("scatter", R(0), R(1), R(2), R(3), U(1), U(0)), null, Rows, I32(3), I32(Sym(0), 3));
        Refuses(FaultCode.BadImmediate, 5, Op("scatter", R(0), R(1), R(2), R(3), U(1), U(5)), null, Rows, I32(3), F32(Sym(0), 3));
        TensorType halves = TensorType.Of(DType.F16, 6);
        Refuses(FaultCode.TypeMismatch, 1, Op("scatter", R(0), R(1), R(2), R(3), U(0), U(1)), null, halves, I32(3), TensorType.Of(DType.F16, 3));
        Refuses(FaultCode.ShapeMismatch, 2, Op("pad", R(0), R(1), R(2), U(1), U(1), U(1)), null, Rows, F32(1));
        Refuses(FaultCode.BadImmediate, 5, Op("pad", R(0), R(1), R(2), U(1), U(1), U(1u << 28)), null, Rows, F32());
        Refuses(FaultCode.ShapeMismatch, 1, Op("where", R(0), R(1), R(2), R(3)), null, TensorType.Of(DType.Bool, 5), Rows, F32());
        Refuses(FaultCode.TypeMismatch, 3, Op("where", R(0), R(1), R(2), R(3)), null, TensorType.Of(DType.Bool, 6), Rows, I32());
        Refuses(FaultCode.TypeMismatch, 2, Op("vadd", R(0), R(1), R(2)), null, Rows, I32(6));
        Refuses(FaultCode.TypeMismatch, 1, Op("vand", R(0), R(1), R(2)), null, Rows, Rows);
        Refuses(FaultCode.TypeMismatch, 1, Op("vlt", R(0), R(1), R(2)), null, TensorType.Of(DType.Bool, 6), TensorType.Of(DType.Bool, 6));
        Refuses(FaultCode.TypeMismatch, 1, Op("sqrt", R(0), R(1)), null, Ids);
    }

    [Fact]
    public void Only_what_computes_costs()
    {
        Assert.Equal((UInt128)12, Work(Op("scatter", R(0), R(1), R(2), R(3), U(1), U(1)), null, Rows, I32(3), F32(Sym(0), 3)));
        Assert.Equal((UInt128)24, Work(Op("cast", R(0), R(1), Operand.OfType(DType.I8)), null, Rows));
        Assert.Equal((UInt128)24, Work(Op("where", R(0), R(1), R(2), R(3)), null, TensorType.Of(DType.Bool, 6), Rows, F32()));
        Assert.Equal((UInt128)0, Work(Op("gather", R(0), R(1), R(2), U(0)), null, Rows, Ids));
    }

    private static Operand Axes(params ReadOnlySpan<int> axes) => Operand.OfAxes(axes);

    private static InferRequest Asks(Instruction instruction, TensorType? written, params TensorType[] read) =>
        new(Tiny(), instruction, r => r == 0 ? written : r <= read.Length ? read[r - 1] : null);

    private static void Gives(TensorType expected, Instruction instruction, TensorType? written, params TensorType[] read)
    {
        InferRequest request = Asks(instruction, written, read);
        Assert.True(request.TryInfer(out ImmutableArray<TensorType> types), $"{instruction.Row}: {request.Fault} at {request.FaultOperand}");
        Assert.Equal(expected, Assert.Single(types));
    }

    private static void Refuses(FaultCode code, int operand, Instruction instruction, TensorType? written, params TensorType[] read)
    {
        InferRequest request = Asks(instruction, written, read);
        Assert.False(request.TryInfer(out _), $"{instruction.Row} lets it through");
        Assert.Equal((instruction.Row.Mnemonic, code, operand), (instruction.Row.Mnemonic, request.Fault, request.FaultOperand));
    }

    private static UInt128 Work(Instruction instruction, TensorType? written, params TensorType[] read)
    {
        InferRequest request = Asks(instruction, written, read);
        Assert.True(request.TryInfer(out _));
        return request.Work([4, 7]);
    }
}
