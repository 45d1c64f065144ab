using System.Collections.Immutable;
using static PomIsa.Isa.Tests.Build;

namespace PomIsa.Isa.Tests;

/// <summary>Instructions that are typed once for all of their form are told apart by all that their rule looks at.</summary>
public sealed class TypedFormTests
{
    [Fact]
    public void A_good_instruction_vouches_for_none_that_differs_in_an_immediate_a_type_a_weight_or_a_state()
    {
        Module module = Module(
            Op("tail", R(2), R(0), U(1)),
            Op("tail", R(3), R(0), U(2)), // y is [1,16]
            Op("tail", R(4), R(0), U(1)), // y is i32
            Op("append", R(0), R(0)),
            Op("append", R(1), R(0)),
            Op("attention", R(5), R(0), R(0), R(1), U(8), F(1)),
            Op("attention", R(5), R(0), R(0), R(1), U(3), F(1)),
            Op("attention", R(5), R(0), R(0), R(2), U(8), F(1)), // a state of another row
            Op("matmul", R(5), R(0), R(0)),
            Op("matmul", R(5), R(0), R(1)), // a weight of another depth
            Op("ret"));
        Assert.Equal(
            [(1, FaultCode.ShapeMismatch), (2, FaultCode.TypeMismatch), (6, FaultCode.BadImmediate), (7, FaultCode.ShapeMismatch), (9, FaultCode.ShapeMismatch)],
            Faults(module).Select(static f => (f.At, f.Code)));
    }

    [Fact]
    public void Work_of_one_form_is_counted_with_the_dimensions_of_each_call()
    {
        Function step = Step(1, 0, [F32(Sym(0), 16), F32(Sym(0), 16)], Op("exp", R(1), R(0)), Op("exp", R(1), R(0)), Op("ret"));
        Function driver = Driver(
            [F32(1, 16), F32(8, 16)], Op("zeros", R(0)), Op("zeros", R(1)), Op("call", R(0), R(0)), Op("call", R(0), R(1)), Op("call", R(0), R(0)), Op("halt"));
        Assert.Equal(2UL * 16 * (1 + 8 + 1), Verified(new Module { Symbols = Ts, Functions = [step, driver], Entry = 1 }).Bounds.MultiplyAdds);
    }

    private static Module Module(params Instruction[] body) => new()
    {
        Symbols = [.. Ts, new SymbolEntry(8)],
        Weights =
        [
            new("a", DType.F32, [16, 16], WeightLayout.Panels16), new("b", DType.F32, [8, 16], WeightLayout.Panels16),
        ],
        States = [new(DType.F32, [16], 1, 32), new(DType.F32, [16], 1, 32), new(DType.F32, [8], 2, 8)],
        Functions =
        [
            Step(1, 0, [F32(Sym(0), 16), F32(Sym(0), 16), F32(1, 16), F32(1, 16), I32(1, 16), F32(Sym(0), 16)], body),
            Driver([], Op("halt")),
        ],
        Entry = 1,
    };
}
