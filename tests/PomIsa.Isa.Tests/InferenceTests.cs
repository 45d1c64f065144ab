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
        Refused(Op("append", R(0), R(5)), FaultCode.ShapeMismatch, 1);
        Refused(Op("call", R(0), R(2), R(9)), FaultCode.TypeMismatch, 1);
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
