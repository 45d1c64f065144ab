namespace PomIsa.Kernels.Tests.Pool;

public class ThreadTeamTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void All_do_the_work_and_all_have_ended(int threads)
    {
        int begun = 0, ended = 0;
        ThreadTeam.Run(threads, () =>
        {
            Interlocked.Increment(ref begun);
            Thread.Sleep(5);
            Interlocked.Increment(ref ended);
        });
        Assert.Equal((Math.Max(1, threads), Math.Max(1, threads)), (begun, ended));
    }

    [Fact]
    public void One_of_them_keeps_out_until_there_is_room()
    {
        using var room = new ManualResetEventSlim();
        int begun = 0, before = 0, caller = Environment.CurrentManagedThreadId;
        ThreadTeam.Run(
            2,
            () =>
            {
                Interlocked.Increment(ref begun);
                if (Environment.CurrentManagedThreadId == caller)
                {
                    SpinWait.SpinUntil(() => Volatile.Read(ref begun) == 2, 50);
                    before = Volatile.Read(ref begun);
                    room.Set();
                    SpinWait.SpinUntil(() => Volatile.Read(ref begun) == 2, 5000);
                }
            },
            room);
        Assert.Equal((1, 2), (before, begun));
    }

    [Fact]
    public void Who_keeps_out_need_not_come_when_all_is_done()
    {
        using var room = new ManualResetEventSlim();
        int begun = 0;
        ThreadTeam.Run(2, () => Interlocked.Increment(ref begun), room);
        Assert.Equal(1, begun);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_one_throws_is_thrown_when_all_have_ended(int failing)
    {
        int begun = 0, ended = 0;
        var thrown = Assert.Throws<InvalidOperationException>(() => ThreadTeam.Run(3, () =>
        {
            int own = Interlocked.Increment(ref begun);
            Thread.Sleep(own == failing ? 0 : 20);
            Interlocked.Increment(ref ended);
            if (own == failing)
            {
                throw new InvalidOperationException("mine");
            }
        }));
        Assert.Equal("mine", thrown.Message);
        Assert.Equal(3, ended);
    }
}
