using PomIsa.Onnx.Graphs;

namespace PomIsa.Onnx.Tests;

public class SizeTests
{
    private static readonly Size Past = Size.Named("past"), Now = Size.Named("now");

    [Fact]
    public void EqualFormulasAreEqualHoweverTheyWereWritten()
    {
        Assert.Equal((Past + Now) * (Past - Now), (Past * Past) - (Now * Now));
        Assert.Equal("3·now + 2", ((Now * 3) + 2).ToString());
        Assert.Equal(Size.Zero, Past - Past);
        Assert.Equal("now", (Past + Now - Past).Name);
    }

    [Fact]
    public void DivisionIsEvenOrStaysAFormula()
    {
        Assert.Equal(Now * 9, (Now * 576).DividedEvenly(64));
        Assert.Null((Now * 3).DividedEvenly(2));
        Size half = (Now * 3).FloorDividedBy(2);
        Assert.Equal(half, (Now * 3).FloorDividedBy(2));
        Assert.Equal(7, half.Bind(new Dictionary<string, Size> { ["now"] = 5 }).Number);
        Assert.Equal(-2, Size.Of(-3).FloorDividedBy(2).Number);
    }

    [Fact]
    public void WhatCanBeComparedIsCompared()
    {
        Assert.Equal(Past, Size.Min(Past, Past + Now));
        Assert.Equal(Past + 1, Size.Max(Past + 1, Past));
        Assert.Equal(Past + Now, Size.Min(Past + Now, long.MaxValue));
        Size open = Size.Min(Past, Now);
        Assert.Equal(open, Size.Min(Now, Past));
        Assert.Equal(3, open.Bind(new Dictionary<string, Size> { ["now"] = 3, ["past"] = 8 }).Number);
        Assert.Equal(["now", "past"], open.Names.Order());
    }
}
