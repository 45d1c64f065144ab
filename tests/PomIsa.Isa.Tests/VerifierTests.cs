using System.Collections.Immutable;
using System.Diagnostics;
using PomIsa.Isa.Verification;
using static PomIsa.Isa.Tests.Build;

namespace PomIsa.Isa.Tests;

public sealed class VerifierTests
{
    [Fact]
    public void A_small_decoder_is_valid()
    {
        VerifiedModule verified = Verified(Tiny());
        Assert.Equal(new[] { 0 }, verified.Functions[0].ParameterSymbols.AsEnumerable());
        Assert.Equal(new[] { 1 }, verified.Functions[0].StateSymbols.AsEnumerable());
        Assert.Equal(17, verified.Entry.Targets[3]);
        Assert.Equal(17, verified.Entry.Targets[15]);
        Assert.Equal(4, verified.Entry.Targets[16]);
        Assert.Equal(2, verified.Entry.MaxStack);
    }

    [Fact]
    public void A_loop_without_a_bound_is_refused() => Only(
        Alone(Op("push", I(1)), Op("loop", U(0)), Op("end"), Op("halt")), FaultCode.UnboundedLoop, 1);

    [Fact]
    public void A_register_read_before_it_is_written_is_refused() => Only(
        new Module { Functions = [Driver([F32(1, 8)], Op("argmax", R(0)), Op("drop"), Op("halt"))] }, FaultCode.ReadBeforeWrite, 0);

    [Fact]
    public void A_register_written_only_inside_a_loop_has_no_value_behind_it() => Only(
        new Module
        {
            Functions =
            [
                Driver([F32(1, 8)], Op("push", I(1)), Op("loop", U(2)), Op("zeros", R(0)), Op("end"), Op("argmax", R(0)), Op("drop"), Op("halt")),
            ],
        },
        FaultCode.ReadBeforeWrite, 4);

    [Theory]
    [InlineData(true, true, 0)]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 1)]
    public void A_register_has_a_value_behind_an_if_when_both_branches_write_it(bool then, bool otherwise, int faults)
    {
        Instruction Maybe(bool write) => write ? Op("zeros", R(0)) : Op("zeros", R(1));
        var module = new Module
        {
            Functions =
            [
                Driver([F32(1, 8), F32(1, 8)], Op("push", I(1)), Op("if"), Maybe(then), Op("else"), Maybe(otherwise), Op("end"),
                    Op("argmax", R(0)), Op("drop"), Op("halt")),
            ],
        };
        Verifier.TryVerify(module, out _, out ImmutableArray<Fault> found);
        Assert.Equal(faults, found.Length);
        Assert.All(found, f => Assert.Equal((FaultCode.ReadBeforeWrite, 6), (f.Code, f.At)));
    }

    [Fact]
    public void A_branch_that_leaves_does_not_weaken_the_other() => Verified(new Module
    {
        Functions =
        [
            Driver([F32(1, 8)], Op("push", I(1)), Op("if"), Op("zeros", R(0)), Op("else"), Op("halt"), Op("end"),
                Op("argmax", R(0)), Op("drop"), Op("halt")),
        ],
    });

    [Fact]
    public void A_shape_that_does_not_fit_is_refused_with_the_operand()
    {
        Module module = Tiny() with { Positions = Tiny().Positions };
        ImmutableArray<Instruction> body = module.Functions[0].Body.SetItem(10, Op("linear.w8", R(5), R(5), R(3)));
        module = module with { Functions = module.Functions.SetItem(0, module.Functions[0] with { Body = body }) };
        Fault fault = Assert.Single(Faults(module), f => f.Code == FaultCode.ShapeMismatch);
        Assert.Equal(new Fault(Stage.Invalid, FaultCode.ShapeMismatch, 10, 0, 2), fault);
    }

    [Fact]
    public void A_fault_is_told_with_source_line_function_instruction_and_advice()
    {
        Module module = Tiny();
        ImmutableArray<Instruction> body = module.Functions[0].Body.SetItem(2, Op("matmul", R(4), R(3), R(1)));
        module = module with { Functions = module.Functions.SetItem(0, module.Functions[0] with { Body = body }) };
        Assert.Equal(
            "tiny.pisa:12:5: invalid BadLayout: the weight's layout or size does not fit: w is norm f32[16], in forward, "
            + "instruction 2 (matmul). Panels need N in multiples of 16, w8 also K in multiples of 4, w4 of 32; vectors and tables lie in rows.",
            FaultText.Describe(Assert.Single(Faults(module)), module));
    }

    [Theory]
    [InlineData("else")]
    [InlineData("end")]
    [InlineData("brk")]
    public void Blocks_that_do_not_match_are_refused(string mnemonic) =>
        Assert.Contains(Faults(Alone(Op(mnemonic), Op("halt"))), f => f is { Code: FaultCode.Nesting, At: 0, Function: 0 });

    [Fact]
    public void A_block_that_is_never_closed_is_refused() => Only(
        Alone(Op("push", I(1)), Op("if"), Op("halt")), FaultCode.Nesting, 1);

    [Fact]
    public void Pops_from_an_empty_stack_are_refused() => Only(Alone(Op("drop"), Op("halt")), FaultCode.StackUnderflow, 0);

    [Fact]
    public void A_loop_that_leaves_scalars_behind_is_refused() => Only(
        Alone(Op("push", I(1)), Op("loop", U(3)), Op("push", I(2)), Op("end"), Op("halt")), FaultCode.StackImbalance, 3);

    [Fact]
    public void Branches_of_different_depth_are_refused() => Only(
        Alone(Op("push", I(1)), Op("if"), Op("push", I(2)), Op("else"), Op("end"), Op("halt")), FaultCode.StackImbalance, 3);

    [Fact]
    public void A_break_at_another_depth_is_refused() => Only(
        Alone(Op("push", I(1)), Op("loop", U(3)), Op("push", I(2)), Op("brk"), Op("end"), Op("halt")), FaultCode.StackImbalance, 3);

    [Fact]
    public void Code_that_nothing_reaches_is_refused() => Only(Alone(Op("halt"), Op("halt")), FaultCode.UnreachableCode, 1);

    [Fact]
    public void An_end_that_is_reached_is_refused() => Only(Alone(Op("commit")), FaultCode.MissingReturn, 0);

    [Fact]
    public void Functions_that_call_each_other_are_refused()
    {
        var module = new Module
        {
            Functions =
            [
                Driver([], Op("call", R(1)), Op("halt")), Driver([], Op("commit"), Op("call", R(2)), Op("ret")),
                Driver([], Op("call", R(1)), Op("ret")),
            ],
        };
        Assert.Equal(new Fault(Stage.Invalid, FaultCode.CallCycle, 0, 2, 0), Assert.Single(Faults(module)));
    }

    [Fact]
    public void A_chain_of_calls_that_is_too_long_is_refused()
    {
        Function Next(int i) => i == Limits.CallDepth ? Driver([], Op("ret")) : Driver([], Op("call", R(i + 1)), Op("ret"));
        var module = new Module { Functions = [.. Enumerable.Range(0, Limits.CallDepth + 1).Select(Next)] };
        Assert.Equal(new Fault(Stage.Invalid, FaultCode.LimitExceeded, -1, 0), Assert.Single(Faults(module)));
        Verified(module with { Functions = [.. module.Functions[..^2], Driver([], Op("ret"))] });
    }

    [Fact]
    public void A_symbol_that_nothing_binds_is_refused() => Only(
        new Module { Symbols = Ts, Functions = [Driver([F32(Sym(0), 4)], Op("zeros", R(0)), Op("halt"))] }, FaultCode.UnboundSymbol, 0);

    [Fact]
    public void A_result_with_a_symbol_that_no_parameter_binds_is_refused()
    {
        var module = new Module
        {
            Symbols = Ts,
            Functions = [Driver([], Op("halt")), Step(0, 1, [F32(Sym(0), 4)], Op("zeros", R(0)), Op("ret"))],
        };
        Assert.Equal(new Fault(Stage.Invalid, FaultCode.UnboundSymbol, -1, 1, 0), Assert.Single(Faults(module)));
    }

    [Theory]
    [InlineData("emit")]
    [InlineData("commit")]
    [InlineData("halt")]
    [InlineData("dup")]
    public void Steps_hold_no_control_scalars_or_evidence(string mnemonic)
    {
        var module = new Module { Functions = [Driver([], Op("halt")), Step(0, 0, [], Op(mnemonic), Op("ret"))] };
        Assert.Contains(Faults(module), f => f is { Code: FaultCode.WrongFunctionKind, Function: 1, At: 0 });
    }

    [Fact]
    public void Drivers_hold_no_tensor_arithmetic() => Only(
        new Module { Functions = [Driver([F32(4)], Op("zeros", R(0)), Op("exp", R(0), R(0)), Op("halt"))] },
        FaultCode.WrongFunctionKind, 1);

    [Fact]
    public void A_step_that_appends_to_one_of_two_states_is_refused()
    {
        Module module = Tiny();
        Function step = Step(1, 0, [F32(Sym(0), 16)], Op("append", R(0), R(0)), Op("ret"));
        Fault fault = Assert.Single(Faults(module with { Functions = module.Functions.Add(step), Names = null, Positions = null }));
        Assert.Equal(new Fault(Stage.Invalid, FaultCode.PartialAppend, 1, 2, 1), fault);
        step = step with { Body = [Op("append", R(0), R(0)), Op("append", R(0), R(0)), Op("append", R(1), R(0)), Op("ret")] };
        fault = Assert.Single(Faults(module with { Functions = module.Functions.Add(step) }));
        Assert.Equal(new Fault(Stage.Invalid, FaultCode.PartialAppend, 1, 2, 0), fault);
    }

    [Fact]
    public void Attention_before_its_rows_are_appended_is_refused()
    {
        Module module = Tiny();
        Function f = module.Functions[0];
        ImmutableArray<Instruction> body = f.Body.RemoveAt(6).Insert(5, f.Body[6]);
        Fault fault = Assert.Single(Faults(module with { Functions = module.Functions.SetItem(0, f with { Body = body }) }));
        Assert.Equal(new Fault(Stage.Invalid, FaultCode.AttentionBeforeAppend, 5, 0, 3), fault);
    }

    [Fact]
    public void Attention_over_other_rows_than_were_appended_is_refused()
    {
        Module module = Tiny();
        Function step = Step(1, 0, [F32(Sym(0), 16), F32(1, 16), F32(1, 16)], Op("append", R(0), R(0)), Op("append", R(1), R(0)),
            Op("tail", R(1), R(0), U(1)), Op("attention", R(2), R(1), R(0), R(1), U(8), F(1)), Op("ret"));
        ImmutableArray<Fault> faults = Faults(module with { Functions = module.Functions.Add(step) });
        Assert.Equal(2, faults.Length);
        Assert.All(faults, f => Assert.Equal((FaultCode.AttentionBeforeAppend, 3, 2), (f.Code, f.At, f.Function)));
    }

    [Fact]
    public void An_argument_that_can_outgrow_the_parameter_is_refused()
    {
        Module module = Tiny() with { Symbols = [new(8), new(32), new(9)], Inputs = [new(I32(Sym(2)))] };
        Function main = module.Functions[1] with { Registers = module.Functions[1].Registers.SetItem(0, I32(Sym(2))) };
        Fault fault = Assert.Single(Faults(module with { Functions = module.Functions.SetItem(1, main) }));
        Assert.Equal(new Fault(Stage.Invalid, FaultCode.SymbolMaximum, 1, 1, 1), fault);
    }

    [Fact]
    public void A_parameter_is_never_written() => Assert.Contains(
        Faults(new Module { Functions = [Driver([], Op("halt")), Step(1, 0, [F32(4)], Op("exp", R(0), R(0)), Op("ret"))] }),
        f => f is { Code: FaultCode.WriteToParameter, At: 0, Function: 1, Subject: 0 });

    [Fact]
    public void Only_rows_that_work_in_place_may_write_what_they_read()
    {
        Module module = Tiny();
        Function f = module.Functions[0];
        ImmutableArray<Instruction> body = f.Body.SetItem(2, Op("matmul", R(3), R(3), R(2))).SetItem(3, Op("rope", R(4), R(3), R(4), R(5), R(1)));
        Fault fault = Assert.Single(Faults(module with { Functions = module.Functions.SetItem(0, f with { Body = body }) }));
        Assert.Equal(new Fault(Stage.Invalid, FaultCode.DuplicateOperand, 2, 0, 1), fault);
    }

    [Fact]
    public void A_call_writes_each_register_once()
    {
        Function two = Step(0, 2, [F32(4), F32(4)], Op("zeros", R(0)), Op("zeros", R(1)), Op("ret"));
        Module Calls(int first, int second) => new() { Functions = [Driver([F32(4), F32(4)], Op("call", R(1), R(first), R(second)), Op("halt")), two] };
        Verified(Calls(0, 1));
        Assert.Equal(new Fault(Stage.Invalid, FaultCode.DuplicateOperand, 0, 0, 2), Assert.Single(Faults(Calls(1, 1))));
    }

    [Fact]
    public void Operands_out_of_range_are_refused_and_never_throw()
    {
        var module = new Module
        {
            Functions =
            [
                Driver([], Op("call", R(9)), Op("call"), Op("get", R(2)), new Instruction(InstructionTable.All[3], [new(1UL << 40)]),
                    Op("argmax", new Operand(ulong.MaxValue)), Op("push"), Op("halt")),
            ],
        };
        ImmutableArray<Fault> faults = Faults(module);
        Assert.Contains(faults, f => f is { Code: FaultCode.IndexOutOfRange, At: 0 });
        Assert.Contains(faults, f => f is { Code: FaultCode.OperandCount, At: 1 });
        Assert.Contains(faults, f => f is { Code: FaultCode.IndexOutOfRange, At: 2 });
        Assert.Contains(faults, f => f is { Code: FaultCode.IndexOutOfRange, At: 3 });
        Assert.Contains(faults, f => f is { Code: FaultCode.IndexOutOfRange, At: 4 });
        Assert.Contains(faults, f => f is { Code: FaultCode.OperandCount, At: 5 });
        Assert.All(faults, f => Assert.NotEmpty(FaultText.Describe(f, module)));
    }

    [Fact]
    public void Every_fault_of_a_module_is_reported()
    {
        ImmutableArray<Fault> faults = Faults(Alone(Op("drop"), Op("dup"), Op("brk"), Op("drop"), Op("drop"), Op("emit"), Op("halt")));
        Assert.Equal([0, 1, 2, 3, 5], faults.Select(f => f.At).Distinct());
    }

    [Fact]
    public void Weights_inside_a_module_have_its_size_and_digest()
    {
        byte[] bytes = [1, 0, 0, 0, 2, 0, 0, 0];
        var weight = new WeightEntry("w", DType.I32, [2], WeightLayout.Rows, Digest.Of(bytes));
        Module module = Alone(Op("halt")) with { Weights = [weight], Data = [new(0, [.. bytes])] };
        Verified(module);
        Verified(Decoded(module.Encode()));
        Refused(module with { Data = [new(0, [.. bytes.AsSpan(0, 4)])] });
        Refused(module with { Data = [new(0, [3, .. bytes.AsSpan(1)])] });
        Refused(module with { Weights = [weight with { Digest = default }] });
        Refused(module with { Data = [new(0, [.. bytes]), new(0, [.. bytes])] });

        static void Refused(Module module) => Assert.Equal(new Fault(Stage.Invalid, FaultCode.BadData, -1, -1, 0), Assert.Single(Faults(module)));

        static Module Decoded(byte[] bytes)
        {
            Assert.True(Module.TryDecode(bytes, out Module module, out Fault fault), fault.ToString());
            Assert.Equal(bytes, module.Encode());
            return module;
        }
    }

    [Fact]
    public void Dimensions_of_zero_and_ranks_up_to_eight_are_sound()
    {
        TensorType deep = F32(1, 2, 3, 1, 2, 3, 1, 0);
        Verified(new Module { Functions = [Driver([deep], Op("zeros", R(0)), Op("halt"))] });
        Module deeper = new() { Functions = [Driver([F32(1, 1, 1, 1, 1, 1, 1, 1, 1)], Op("zeros", R(0)), Op("halt"))] };
        Assert.Equal(FaultCode.BadRegister, Assert.Single(Faults(deeper)).Code);

        // What is empty does not make the other dimensions any smaller.
        Module vast = new() { Functions = [Driver([F32(0, 1 << 28, 1 << 28)], Op("zeros", R(0)), Op("halt"))] };
        Assert.Equal(FaultCode.BadRegister, Assert.Single(Faults(vast)).Code);
    }

    [Theory]
    [InlineData(DType.W8, 16, 24, WeightLayout.Panels16, FaultCode.BadLayout)]
    [InlineData(DType.W8, 18, 16, WeightLayout.Panels16, FaultCode.BadLayout)]
    [InlineData(DType.W8, 16, 16, WeightLayout.Rows, FaultCode.BadLayout)]
    [InlineData(DType.W8, 133_148, 16, WeightLayout.Panels16, FaultCode.BadLayout)]
    [InlineData(DType.F32, 3, 15, WeightLayout.Panels16, FaultCode.BadLayout)]
    [InlineData(DType.W4, 48, 16, WeightLayout.Panels16, FaultCode.BadLayout)]
    [InlineData(DType.W4, 33_568, 16, WeightLayout.Panels16, FaultCode.BadLayout)]
    [InlineData(DType.W4, 32, 16, WeightLayout.Rows, FaultCode.BadLayout)]
    [InlineData(DType.I8, 32, 16, WeightLayout.Panels16, FaultCode.UnsupportedType)]
    [InlineData(DType.F32, 0, 16, WeightLayout.Panels16, FaultCode.BadWeight)]
    public void Weights_that_kernels_cannot_read_are_refused(DType type, int k, int n, WeightLayout layout, FaultCode code)
    {
        Module module = Alone(Op("halt")) with { Weights = [new("w", type, [k, n], layout)] };
        Assert.Equal(new Fault(Stage.Invalid, code, -1, -1, 0), Assert.Single(Faults(module)));
        Verified(module with { Weights = [new("w", DType.W8, [Limits.W8Rows, 16], WeightLayout.Panels16), new("w.s", DType.F32, [3, 5], WeightLayout.Rows)] });
        Assert.Contains(
            Faults(module with { Weights = [new("w", DType.W8, [4, 16], WeightLayout.Panels16), new("w.scale", DType.F32, [16], WeightLayout.Rows)] }),
            f => f is { Code: FaultCode.DuplicateName, Subject: 1 });
        Assert.Contains(
            Faults(module with { Weights = [new("w", DType.W4, [Limits.W4Rows, 16], WeightLayout.Panels16), new("w.sub", DType.F32, [16], WeightLayout.Rows)] }),
            f => f is { Code: FaultCode.DuplicateName, Subject: 1 });
    }

    [Fact]
    public void The_entry_is_a_driver_without_parameters() => Assert.Equal(
        FaultCode.BadEntry, Assert.Single(Faults(new Module { Functions = [Step(0, 0, [], Op("ret"))] })).Code);

    [Fact]
    public void A_hundred_thousand_instructions_verify_quickly()
    {
        Instruction[] round = [Op("push", I(1)), Op("if"), Op("zeros", R(0)), Op("else"), Op("zeros", R(0)), Op("end"), Op("get", R(0)), Op("drop"), Op("zeros", R(1)), Op("commit")];
        var driver = Driver([F32(1, 8), F32(8)], [.. Enumerable.Repeat(round, 5_000).SelectMany(i => i), Op("halt")]);
        Instruction[] tensor = [Op("vadd", R(2), R(1), R(1)), Op("vmul", R(1), R(2), R(2))];
        var step = Step(1, 1, [F32(Sym(0), 8), F32(Sym(0), 8), F32(Sym(0), 8)], [Op("zeros", R(1)), .. Enumerable.Repeat(tensor, 25_000).SelectMany(i => i), Op("ret")]);
        var module = new Module { Symbols = Ts, Functions = [driver, step] };
        Verified(Tiny());
        var clock = Stopwatch.StartNew();
        Verified(module);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 3); // quadratic behaviour would take minutes
    }

    private static void Only(Module module, FaultCode code, int at)
    {
        Fault fault = Assert.Single(Faults(module));
        Assert.Equal((Stage.Invalid, code, at, 0), (fault.Stage, fault.Code, fault.At, fault.Function));
    }
}
