using PomIsa.Chain.Blocks;
using PomIsa.Chain.Governance;
using PomIsa.Chain.Pressure;
using PomIsa.Chain.Trigger;

namespace PomIsa.Chain.Tests.Trigger;

public sealed class AdmissionTests
{
    private static readonly Resources Ten = new(10, 10, 10, 10, 10);

    [Theory]
    [InlineData(Resource.Retired)]
    [InlineData(Resource.MultiplyAdds)]
    [InlineData(Resource.WorkingBytes)]
    [InlineData(Resource.StateBytes)]
    [InlineData(Resource.EvidenceBytes)]
    public void Each_bound_alone_refuses(Resource resource)
    {
        var admission = new Admission(Ten);
        Assert.False(admission.TryAdmit(Only(resource, 11), out AdmissionFault fault));
        Assert.Equal(new AdmissionFault(AdmissionFaultCode.TooLarge, resource, 11, 10), fault);
        Assert.True(admission.TryAdmit(Only(resource, 10), out _));
        Assert.False(admission.TryAdmit(Only(resource, 1), out fault));
        Assert.Equal(new AdmissionFault(AdmissionFaultCode.EpochSpent, resource, 11, 10), fault);
        Assert.True(admission.TryAdmit(default, out _));
    }

    [Fact]
    public void Work_is_spent_for_the_epoch_and_memory_is_given_back_by_the_run()
    {
        var admission = new Admission(Ten);
        Assert.True(admission.TryAdmit(Ten, out _));
        admission.Free(Ten);
        Assert.True(admission.TryAdmit(new Resources(0, 0, 10, 10, 0), out _));
        Assert.False(admission.TryAdmit(new Resources(1, 0, 0, 0, 0), out _));
        admission.BeginEpoch();
        Assert.True(admission.TryAdmit(new Resources(10, 10, 0, 0, 10), out _));
        Assert.False(admission.TryAdmit(new Resources(0, 0, 1, 0, 0), out _));
    }

    [Fact]
    public void The_largest_bounds_do_not_overflow()
    {
        const ulong Most = ulong.MaxValue;
        var most = new Resources(Most, Most, Most, Most, Most);
        var admission = new Admission(most);
        Assert.True(admission.TryAdmit(most, out _));
        Assert.False(admission.TryAdmit(most, out AdmissionFault fault));
        Assert.Equal(2 * (Int128)Most, fault.Needed);
    }

    [Fact]
    public void A_chain_orders_what_fits_and_says_why_no_more()
    {
        var parameters = new ChainParameters { EpochCapacity = new Resources(25, 100, 100, 100, 100), CyclesPerBlock = 5, EpochBlocks = 1000 };
        BlockResult fits = Surge(new DevChain(parameters, SampleStream.Programs(Ten)));
        Assert.Equal(2, fits.Orders.Length);
        Assert.Equal(new AdmissionFault(AdmissionFaultCode.EpochSpent, Resource.Retired, 30, 25), fits.Refusal);

        BlockResult large = Surge(new DevChain(parameters, SampleStream.Programs(new Resources(26, 0, 0, 0, 0))));
        Assert.Empty(large.Orders);
        Assert.Equal(AdmissionFaultCode.TooLarge, large.Refusal.Code);

        BlockResult none = Surge(new DevChain(parameters, ProgramRegistry.Empty));
        Assert.Empty(none.Orders);
        Assert.Equal(AdmissionFaultCode.NoProgram, none.Refusal.Code);
        Assert.Single(none.Block.Events);
    }

    [Fact]
    public void A_kind_of_event_has_one_program() =>
        Assert.Throws<ArgumentException>(() => SampleStream.Programs().With(EventKind.GovernancePressure, default));

    private static BlockResult Surge(DevChain chain)
    {
        BlockResult result = default;
        for (int height = 1; height <= 9; height++)
        {
            result = chain.Apply(height < 9 ? [] : [.. Enumerable.Range(1, 90).Select(id => SampleStream.Record(id, 3))]);
        }

        Assert.Equal(Phase.Crossed, result.Block.Threshold.Phase);
        return result;
    }

    private static Resources Only(Resource resource, ulong value) => resource switch
    {
        Resource.Retired => new Resources(value, 0, 0, 0, 0),
        Resource.MultiplyAdds => new Resources(0, value, 0, 0, 0),
        Resource.WorkingBytes => new Resources(0, 0, value, 0, 0),
        Resource.StateBytes => new Resources(0, 0, 0, value, 0),
        _ => new Resources(0, 0, 0, 0, value),
    };
}
