using PomIsa.Isa.Verification;
using static PomIsa.Isa.Tests.Build;

namespace PomIsa.Isa.Tests;

public sealed class BoundsTests
{
    private const ulong Retire = EvidenceSize.PerRetire;
    private const ulong Scalar = EvidenceSize.PerScalar;
    private const ulong Tensor = EvidenceSize.PerTensor;

    [Fact]
    public void Straight_code_counts_each_instruction_once()
    {
        Bounds bounds = Of(Alone(Op("push", I(1)), Op("dup"), Op("add"), Op("emit"), Op("halt")));
        Assert.Equal(new Bounds(5, 0, 0, 0, (5 * Retire) + (5 * Scalar)), bounds);
    }

    [Fact]
    public void A_loop_multiplies_its_body_and_its_end()
    {
        // push, loop, 3 x (commit, end), halt
        Assert.Equal(3UL + (3 * 2), Of(Alone(Op("push", I(1)), Op("loop", U(3)), Op("commit"), Op("end"), Op("halt"))).Retires);
    }

    [Fact]
    public void Loops_inside_loops_multiply()
    {
        // push, loop, 4 x (push, loop, 5 x (commit, commit, end), end), halt
        Bounds bounds = Of(Alone(Op("push", I(4)), Op("loop", U(4)), Op("push", I(5)), Op("loop", U(5)), Op("commit"),
            Op("commit"), Op("end"), Op("end"), Op("halt")));
        Assert.Equal(3UL + (4 * (3 + (5 * 3))), bounds.Retires);
        Assert.Equal((75 * Retire) + (5 * Scalar), bounds.EvidenceBytes);
    }

    [Fact]
    public void An_if_takes_the_dearer_branch()
    {
        // push, if, then: commit, else | else: push, drop, drop-free end; behind: halt
        Module cheapThen = Alone(Op("push", I(1)), Op("if"), Op("commit"), Op("else"), Op("push", I(1)), Op("drop"), Op("end"), Op("halt"));
        Assert.Equal(2UL + 3 + 1, Of(cheapThen).Retires);
        Module cheapElse = Alone(Op("push", I(1)), Op("if"), Op("commit"), Op("commit"), Op("commit"), Op("else"), Op("end"), Op("halt"));
        Assert.Equal(2UL + 4 + 1, Of(cheapElse).Retires);
        Module noElse = Alone(Op("push", I(1)), Op("if"), Op("commit"), Op("end"), Op("halt"));
        Assert.Equal(2UL + 2 + 1, Of(noElse).Retires);
    }

    [Fact]
    public void A_call_is_charged_with_the_dimensions_of_its_call_site()
    {
        Bounds bounds = Of(Tiny());
        ulong prefill = Forward(8);
        ulong decode = Forward(1);
        // argmax over 32 in each of the 5 rounds
        Assert.Equal(prefill + (5 * (decode + 32)), bounds.MultiplyAdds);
        // main: 5 around the loop, 13 in each round with its end; forward: 13 instructions
        Assert.Equal(5UL + 13 + (5 * (13UL + 13)), bounds.Retires);
    }

    [Fact]
    public void Records_are_counted_with_tensors_scalars_and_symbols()
    {
        Bounds bounds = Of(Tiny());
        // matmul and two linear commit to what they multiply
        ulong forward = (13 * Retire) + (3 * Tensor) + (2 * EvidenceSize.PerSymbol);
        // pushed: argmax 1, dup 2, get 1, get 1, push 1, eq 1; emitted: 1
        ulong round = (13 * Retire) + (8 * Scalar) + forward;
        ulong main = (5 * Retire) + Scalar + EvidenceSize.PerSymbol; // input (names its symbol), call, push, loop, halt
        Assert.Equal(main + forward + (5 * round), bounds.EvidenceBytes);
    }

    [Fact]
    public void States_count_when_full_and_the_arena_with_the_largest_frames()
    {
        Bounds bounds = Of(Tiny());
        Assert.Equal(2UL * 32 * 16 * 4, bounds.StateBytes);
        VerifiedModule verified = Verified(Tiny());
        ulong main = 64 + 128 + 64; // i32[8] f32[1,32] i32[1]
        ulong forward = (ulong)ArenaPlan.For(verified.Functions[0], [8, 32]).TotalBytes;
        Assert.Equal(main + forward, bounds.ArenaBytes);
        // x lives to the end; ids, then h; q; `wide` takes the place of h or q, which grows; `last` and logits find free ones
        Assert.Equal(512UL + 512 + 1024, forward);
    }

    [Fact]
    public void A_bound_beyond_64_bits_is_a_fault_not_a_small_number()
    {
        Instruction[] Deep(int depth) => depth == 0 ? [Op("commit")]
            : [Op("push", I(1)), Op("loop", U(uint.MaxValue)), .. Deep(depth - 1), Op("end")];
        Assert.Equal(Stage.Exhausted, Assert.Single(Faults(Alone([.. Deep(2), Op("halt")]))).Stage);
        Assert.True(Of(Alone([.. Deep(1), Op("halt")])).Retires > uint.MaxValue);
    }

    [Fact]
    public void Call_sites_of_many_sizes_cannot_make_the_verifier_slow()
    {
        Instruction[] Calls(int callee) => [.. Enumerable.Range(0, 4000).SelectMany(i => new[] { Op("zeros", R(i)), Op("call", R(callee), R(i)) })];
        var sizes = Enumerable.Range(1, 4000).Select(i => F32(i)).ToArray();
        var main = Driver(sizes, [.. Calls(1), Op("halt")]);
        Instruction[] body = [Op("zeros", R(1)), .. Enumerable.Repeat(Op("exp", R(1), R(1)), 4000), Op("ret")];
        Function step = Step(1, 0, [F32(Sym(0)), F32(Sym(0))], body);
        Fault fault = Assert.Single(Faults(new Module { Symbols = [new(4000)], Functions = [main, step] }));
        Assert.Equal(FaultCode.BoundTooCostly, fault.Code);
    }

    private static ulong Forward(ulong t)
    {
        ulong width = 16;
        ulong embed = t * width, norm = 3 * t * width, matmul = t * width * width, rope = 2 * t * width;
        ulong attention = 2 * width * ((t * 32) + (t * (t + 1) / 2));
        ulong vadd = t * width, wide = t * width * 32, silu = t * 32, last = width * 32;
        return embed + norm + matmul + rope + attention + vadd + wide + silu + last;
    }

    private static Bounds Of(Module module) => Verified(module).Bounds;
}
