using static PomIsa.Isa.Tests.Build;

namespace PomIsa.Isa.Tests;

public sealed class OperandTests
{
    [Fact]
    public void Axes_keep_their_order_and_number()
    {
        Operand axes = Operand.OfAxes(7, 0, 3);
        Assert.Equal((3, 7, 0, 3), (axes.AxisCount, axes.Axis(0), axes.Axis(1), axes.Axis(2)));
        Assert.Equal("[7, 0, 3]", axes.AxesText());
        Assert.Equal("[]", Operand.OfAxes().AxesText());
        Assert.Throws<ArgumentException>(() => Operand.OfAxes(8));
        Assert.Throws<ArgumentException>(() => Operand.OfAxes(0, 1, 2, 3, 4, 5, 6, 7, 0));
    }

    [Fact]
    public void A_type_is_its_number() => Assert.Equal(DType.I64, Operand.OfType(DType.I64).Type);
}
