using PomIsa.Debugging.Profiling;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Debugging.Tests.Profiling;

public sealed class ProfileTests
{
    [Fact]
    public void Counts_bytes_and_work_are_exact()
    {
        using BoundProgram program = Programs.Bind(Programs.NotANumber);
        Profile profile = Measure(program, 1, 2, 3);
        Counters vadd = profile.Opcodes.Single(one => one.Name == "vadd").Counters;
        Assert.Equal((1L, 48L, 24L, 6.0), (vadd.Count, vadd.BytesRead, vadd.BytesWritten, vadd.MultiplyAdds));
        Counters append = profile.Opcodes.Single(one => one.Name == "append").Counters;
        Assert.Equal((24L, 24L), (append.BytesRead, append.BytesWritten));
        Assert.Equal(12, profile.Total.Count);
    }

    [Fact]
    public void A_run_at_the_bounds_has_the_verifiers_numbers()
    {
        using BoundProgram program = Programs.Bind(Programs.NotANumber);
        Profile profile = Measure(program, 1, 2, 3, 4);
        Assert.Equal((double)program.Verified.Bounds.MultiplyAdds, profile.Total.MultiplyAdds);
        Assert.Equal((long)program.Verified.Bounds.Retires, profile.Total.Count);
    }

    [Fact]
    public void Opcodes_and_lines_add_up_to_the_total()
    {
        using BoundProgram program = Programs.Bind(Programs.Countdown);
        Profile profile = Measure(program);
        foreach (IEnumerable<ProfileEntry> table in (IEnumerable<ProfileEntry>[])[profile.Opcodes, profile.Lines])
        {
            Assert.Equal(profile.Total.Count, table.Sum(one => one.Counters.Count));
            Assert.Equal(profile.Total.Seconds, table.Sum(one => one.Counters.Seconds), 9);
            Assert.Equal(table.Select(one => one.Counters.Seconds).OrderDescending(), table.Select(one => one.Counters.Seconds));
        }

        Assert.Equal(3, profile.Lines.Single(one => one.Name == "test.pisa:8").Counters.Count);
        Assert.Equal("main: emit", profile.Lines.Single(one => one.Name == "test.pisa:8").Detail);
    }

    [Fact]
    public void A_limit_is_that_of_memory_or_of_arithmetic()
    {
        var limits = new ProfileLimits(Bytes: 100, FloatMultiplyAdds: 1000, IntegerMultiplyAdds: 4000);
        using BoundProgram program = Programs.Bind(Programs.NotANumber);
        Profile profile = Measure(program, 1, 2, 3);
        Counters vadd = profile.Opcodes.Single(one => one.Name == "vadd").Counters;
        Assert.Equal(0.72 / vadd.Seconds, limits.ShareOf(vadd), 6); // 72 bytes at 100 a second
        Assert.Contains("of limit", ProfileTable.Of(profile, limits, 20), StringComparison.Ordinal);
        Assert.DoesNotContain("of limit", ProfileTable.Of(profile, null, 20), StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_shows_as_many_lines_as_were_asked_for()
    {
        using BoundProgram program = Programs.Bind(Programs.NotANumber);
        string[] table = ProfileTable.Of(Measure(program, 1), null, 2).Split('\n');
        int lines = Array.FindIndex(table, static one => one.StartsWith("source line", StringComparison.Ordinal));
        Assert.StartsWith("total", table[lines + 3], StringComparison.Ordinal);
        Assert.Equal("and 10 more lines", table[lines + 4]);
        Assert.All(table[..(lines - 1)], static one => Assert.Equal(0, one.Length - one.TrimEnd().Length));
    }

    private static Profile Measure(BoundProgram program, params int[] prompt)
    {
        using var pool = new WorkerPool(1);
        Assert.True(Profile.TryMeasure(program, Programs.Request([.. prompt]), pool, warm: true, out Profile? profile, out _));
        return profile;
    }
}
