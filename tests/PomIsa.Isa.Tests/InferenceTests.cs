using System.Collections.Immutable;
using static PomIsa.Isa.Tests.Build;

namespace PomIsa.Isa.Tests;

/// <summary>The rows' rules as an assembler uses them: registers may have no type yet.</summary>
public sealed class InferenceTests
{
    [Fact]
    public void A_destination_gets_its_type_from_the_operands()
    {
        Assert.Equal(F32(Sym(0), 16), Infer(Op("embed", R(9), R(0), R(0))));
        Assert.Equal(F32(Sym(0), 32), Infer(Op("linear.w8", R(9), R(2), R(3))));
        Assert.Equal(I32(1), Infer(Op("token", R(9))));
        Assert.Equal(I32(Sym(0)), Infer(Op("input", R(9), R(0))));
        Assert.Equal(F32(3, 16), Infer(Op("tail", R(9), R(2), U(3))));
        Assert.Equal(F32(Sym(0), 1), Infer(Op("sum", R(9), R(2))));
        Assert.Equal(F32(1, 32), Infer(Op("call", R(0), R(0), R(9))));
    }

    [Fact]
    public void A_call_puts_the_arguments_dimensions_into_the_results()
    {
        var echo = Step(1, 1, [F32(Sym(0), 16), F32(Sym(0), 16)], Op("silu", R(1), R(0)), Op("ret"));
        var module = new Module { Symbols = Ts, Functions = [echo] };
        Assert.Equal(F32(5, 16), Infer(Op("call", R(0), R(0), R(9)), module, r => r == 0 ? F32(5, 16) : null, out _));
    }

    [Fact]
    public void A_register_without_a_type_cannot_be_read() =>
        Refused(Op("silu", R(0), R(9)), FaultCode.UnknownRegisterType, 1);

    [Fact]
    public void Zeros_needs_a_declaration() => Refused(Op("zeros", R(9)), FaultCode.UnknownRegisterType, 0);

    [Fact]
    public void What_does_not_fit_is_named_by_operand()
    {
        Refused(Op("vadd", R(9), R(2), R(5)), FaultCode.ShapeMismatch, 2);
        Refused(Op("silu", R(9), R(0)), FaultCode.TypeMismatch, 1);
        Refused(Op("matmul", R(9), R(2), R(3)), FaultCode.TypeMismatch, 2);
        Refused(Op("matmul", R(9), R(5), R(2)), FaultCode.ShapeMismatch, 2);
        Refused(Op("rmsnorm", R(9), R(2), R(1), F(float.NaN)), FaultCode.BadImmediate, 3);
        Refused(Op("rmsnorm", R(9), R(2), R(1), F(-1)), FaultCode.BadImmediate, 3);
        Refused(Op("tail", R(9), R(2), U(0)), FaultCode.BadImmediate, 2);
        Refused(Op("tail", R(9), R(2), U(9)), FaultCode.BadImmediate, 2);
        Refused(Op("attention", R(9), R(4), R(0), R(1), U(5), F(1)), FaultCode.BadImmediate, 4);
        Refused(Op("attention.window", R(9), R(4), R(0), R(1), U(8), F(1), U(0)), FaultCode.BadImmediate, 6);
        Refused(Op("layernorm", R(9), R(2), R(1), R(1), F(-1)), FaultCode.BadImmediate, 4);
        Refused(Op("append", R(0), R(5)), FaultCode.ShapeMismatch, 1);
        Refused(Op("call", R(0), R(2), R(9)), FaultCode.TypeMismatch, 1);
    }

    /// <summary>x1 is register 2, f32[T,16]; the second operand has another shape.</summary>
    [Fact]
    public void The_second_operand_broadcasts_to_the_first()
    {
        Module module = Tiny();
        TensorType? With(TensorType second) => Infer(Op("vmul", R(9), R(2), R(5)), module, r => r == 5 ? second : Types(module)(r), out _);
        foreach (TensorType good in new[] { F32(Sym(0), 16), F32(16), F32(1, 16), F32(Sym(0), 1), F32(1), F32() })
        {
            Assert.Equal(F32(Sym(0), 16), With(good));
        }

        foreach (TensorType bad in new[] { F32(8), F32(Sym(0)), F32(Sym(1), 16), F32(1, Sym(0), 16), F32(16, 1), I32(16) })
        {
            Assert.Null(With(bad));
        }
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(3, 21)]
    [InlineData(8, 8 * 7)]
    [InlineData(9, (9 * 7) - 1)] // the first of seven rows sees 8
    [InlineData(12, (12 * 7) - 10)]
    [InlineData(100, 7 + (8 * 7) + 21 - 7)]
    public void A_window_costs_what_its_rows_see(uint window, int visible)
    {
        // T = 7 rows after S = 7; two heads of 8, so D = 16.
        var request = new InferRequest(Tiny(), Op("attention.window", R(9), R(4), R(0), R(1), U(8), F(1), U(window)), Types(Tiny()));
        Assert.True(request.TryInfer(out _));
        Assert.Equal((UInt128)(2 * 16 * visible), request.Work([7, 7]));
    }

    [Fact]
    public void A_stored_form_gives_its_weight_back()
    {
        foreach (WeightEntry weight in new WeightEntry[]
        {
            new("w", DType.F32, [3, 5], WeightLayout.Rows), new("w", DType.F32, [7], WeightLayout.Rows), new("w", DType.F32, [3, 32], WeightLayout.Panels16),
            new("w", DType.I64, [2, 3, 4, 5, 6], WeightLayout.Rows), new("w", DType.Bool, [], WeightLayout.Rows), new("w", DType.F16, [3, 32], WeightLayout.Panels16), new("w", DType.BF16, [3, 32], WeightLayout.Panels16),
            new("w", DType.W8, [12, 32], WeightLayout.Panels16), new("w", DType.W4, [64, 32], WeightLayout.Panels16),
        })
        {
            StoredTensor first = WeightStorage.Of(weight)[0];
            Assert.True(WeightStorage.TryRead(first.DType, first.Shape.AsSpan(), out DType element, out ImmutableArray<int> shape, out WeightLayout layout));
            Assert.Equal((weight.Element, weight.Layout), (element, layout));
            Assert.True(weight.Shape.AsSpan().SequenceEqual(shape.AsSpan()));
        }

        Assert.True(WeightStorage.TryRead("I8", [1, 2, 16, 5], out DType rows, out _, out WeightLayout plain));
        Assert.Equal((DType.I8, WeightLayout.Rows), (rows, plain));
        Assert.False(WeightStorage.TryRead("U8", [1, 2, 16, 5], out _, out _, out _));
        Assert.False(WeightStorage.TryRead("F32", [1, 1, 1, 1, 1, 1, 1, 1, 1], out _, out _, out _));
        Assert.False(WeightStorage.TryRead("F32", [1, long.MaxValue], out _, out _, out _));
    }

    [Fact]
    public void Leading_dimensions_are_as_many_as_a_tensor_has()
    {
        var shapes = new TensorType[] { F32(16), F32(2, 16), F32(3, Sym(0), 4, 0, 16), F32(1, 1, 1, 1, 1, 1, 1, 16) };
        foreach (TensorType x in shapes)
        {
            var request = new InferRequest(Tiny(), Op("softmax", R(0), R(0)), _ => x);
            Assert.True(request.TryInfer(out ImmutableArray<TensorType> written));
            Assert.Equal(x, Assert.Single(written));
            Assert.Equal(3 * x.Elements([8, 32]), request.Work([8, 32]));
            var sum = new InferRequest(Tiny(), Op("sum", R(1), R(0)), _ => x);
            Assert.True(sum.TryInfer(out written));
            Assert.Equal(new TensorType(DType.F32, x.Shape.SetItem(x.Rank - 1, 1)), Assert.Single(written));
        }

        var scalar = new InferRequest(Tiny(), Op("softmax", R(0), R(0)), _ => F32());
        Assert.False(scalar.TryInfer(out _));
        Assert.Equal(FaultCode.ShapeMismatch, scalar.Fault);
        TensorType[] products = [F32(2, 5, 3, 7), F32(2, 5, 7, 4), F32(2, 6, 7, 4)];
        Assert.True(new InferRequest(Tiny(), Op("matmul.batch", R(9), R(0), R(1)), r => products[r]).TryInfer(out ImmutableArray<TensorType> product));
        Assert.Equal(F32(2, 5, 3, 4), Assert.Single(product));
        Assert.False(new InferRequest(Tiny(), Op("matmul.batch", R(9), R(0), R(2)), r => products[r]).TryInfer(out _));
    }

    [Fact]
    public void Rope_needs_whole_heads()
    {
        Module tiny = Tiny();
        Module module = tiny with { Weights = tiny.Weights.SetItem(4, tiny.Weights[4] with { Shape = [32, 3] }).SetItem(5, tiny.Weights[5] with { Shape = [32, 3] }) };
        Assert.Null(Infer(Op("rope", R(9), R(4), R(4), R(5), R(1)), module, Types(module), out InferRequest request));
        Assert.Equal((FaultCode.ShapeMismatch, 2), (request.Fault, request.FaultOperand));
    }

    private static Func<int, TensorType?> Types(Module module) =>
        r => r < module.Functions[0].Registers.Length ? module.Functions[0].Registers[r] : null;

    private static TensorType? Infer(Instruction instruction, Module module, Func<int, TensorType?> types, out InferRequest request)
    {
        request = new InferRequest(module, instruction, types);
        return request.TryInfer(out ImmutableArray<TensorType> written) ? Assert.Single(written) : null;
    }

    private static TensorType? Infer(Instruction instruction) => Infer(instruction, Tiny(), Types(Tiny()), out _);

    private static void Refused(Instruction instruction, FaultCode code, int operand)
    {
        Module module = Tiny();
        Assert.Null(Infer(instruction, module, Types(module), out InferRequest request));
        Assert.Equal((code, operand), (request.Fault, request.FaultOperand));
    }
}
