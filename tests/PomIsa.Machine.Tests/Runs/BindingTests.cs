using System.Collections.Immutable;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Machine.Tests.Support;
using PomIsa.Machine.Weights;
using PomIsa.Shards;

namespace PomIsa.Machine.Tests.Runs;

public sealed class BindingTests
{
    [Fact]
    public void A_program_without_digests_is_not_bound()
    {
        using var decoder = new TinyDecoder(quantized: true);
        VerifiedModule verified = Programs.Verify(decoder.Source(TinyDecoder.Generate(1)));
        using WeightSet set = decoder.LoadWeights();
        Assert.False(BoundProgram.TryBind(verified, set, out _, out MachineFault fault));
        Assert.Equal(FaultCode.UnboundWeight, fault.Code);
        Assert.Contains("--weights", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_another_model_are_refused_by_name()
    {
        using var decoder = new TinyDecoder(quantized: true);
        using var other = new TinyDecoder(quantized: false);
        VerifiedModule verified = Programs.Verify(decoder.Source(TinyDecoder.Generate(1)), decoder);
        using WeightSet set = other.LoadWeights();
        Assert.False(BoundProgram.TryBind(verified, set, out _, out MachineFault fault));
        Assert.Equal(FaultCode.ShardMismatch, fault.Code);
        Assert.Contains("'embed'", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_needs_weights_and_gets_none_says_so()
    {
        using var decoder = new TinyDecoder(quantized: true);
        VerifiedModule verified = Programs.Verify(decoder.Source(TinyDecoder.Generate(1)), decoder);
        Assert.False(BoundProgram.TryBind(verified, null, out _, out MachineFault fault));
        Assert.Equal(FaultCode.ShardMismatch, fault.Code);
    }

    [Fact]
    public void One_changed_weight_is_found_before_the_program_runs()
    {
        using var decoder = new TinyDecoder(quantized: false);
        VerifiedModule verified = Programs.Verify(decoder.Source(TinyDecoder.Generate(1)), decoder);
        WeightEntry wq = verified.Module.Weights.Single(w => w.Name == "wq");
        Module changed = verified.Module with
        {
            Weights = verified.Module.Weights.Replace(wq, wq with { Digest = Digest.Of([1]) }),
        };
        Assert.True(Verifier.TryVerify(changed, out VerifiedModule? again, out _));
        using WeightSet set = decoder.LoadWeights();
        Assert.False(BoundProgram.TryBind(again, set, out _, out MachineFault fault));
        Assert.Contains("'wq'", fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whichever_weight_is_changed_it_is_named_and_of_several_the_first(bool scalesApart)
    {
        using var decoder = new TinyDecoder(quantized: true);
        if (scalesApart)
        {
            decoder.WriteWeights(static tensors => tensors.OrderBy(static t => t.Name.EndsWith(".scale", StringComparison.Ordinal)));
        }

        VerifiedModule verified = Programs.Verify(decoder.Source(TinyDecoder.Generate(1)), decoder);
        using WeightSet set = decoder.LoadWeights();
        using var inline = new InlineWeights(verified.Module);
        ImmutableArray<WeightEntry> weights = verified.Module.Weights;
        Assert.True(WeightBinding.TryBindAll(weights, set, inline, out BoundWeight[] bound, out _));
        Assert.Equal(weights.Select(static w => w.Name), bound.Select(static b => b.Entry.Name));
        for (int i = 0; i < weights.Length; i++)
        {
            Assert.True(set.TryGetTensor(weights[i].Name, out _, out ReadOnlySpan<byte> tensor) && tensor.SequenceEqual(bound[i].Raw));
            ImmutableArray<WeightEntry> changed = [.. weights.Select((w, at) => at >= i ? w with { Digest = Digest.Of([(byte)at]) } : w)];
            Assert.False(WeightBinding.TryBindAll(changed, set, inline, out _, out MachineFault fault));
            Assert.Equal((FaultCode.ShardMismatch, $"'{weights[i].Name}' is not the tensor that the program was assembled with"), (fault.Code, fault.Detail));
            changed = weights.SetItem(i, weights[i] with { Digest = Digest.Of([1]) });
            Assert.False(WeightBinding.TryBindAll(changed, set, inline, out _, out fault));
            Assert.Contains($"'{weights[i].Name}'", fault.Detail, StringComparison.Ordinal);
        }
    }
}
