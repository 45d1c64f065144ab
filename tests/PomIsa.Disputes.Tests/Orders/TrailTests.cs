using PomIsa.Disputes.Traces;

namespace PomIsa.Disputes.Tests.Orders;

/// <summary>Lists whose beginning is shared by those that forked from them.</summary>
public sealed class TrailTests
{
    [Fact]
    public void Lists_that_forked_grow_apart_and_keep_what_they_had()
    {
        var random = new Random(11);
        var lists = new List<(Trail<int> Trail, List<int> Plain)> { (new Trail<int>(), []) };
        for (int i = 0; i < 20_000; i++)
        {
            (Trail<int> trail, List<int> plain) = lists[random.Next(lists.Count)];
            if (lists.Count < 12 && random.Next(400) == 0)
            {
                lists.Add((trail.Fork(), [.. plain]));
            }
            else
            {
                trail.Add(i);
                plain.Add(i);
            }
        }

        Assert.Equal(12, lists.Count);
        foreach ((Trail<int> trail, List<int> plain) in lists)
        {
            Assert.Equal(plain, trail.ToArray());
            TrailView<int> view = trail.View();
            Assert.Equal(plain.Count, view.Count);
            for (int i = 0; i < 1000; i++)
            {
                int at = random.Next(plain.Count);
                Assert.Equal(plain[at], view[at]);
            }
        }
    }
}
