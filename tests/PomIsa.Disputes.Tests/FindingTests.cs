using PomIsa.Disputes.Values;

namespace PomIsa.Disputes.Tests;

/// <summary>What a finding says.</summary>
public sealed class FindingTests
{
    [Fact]
    public void A_default_verdict_proves_nothing() => Assert.NotEqual(ValueVerdict.Proven, default);
}
