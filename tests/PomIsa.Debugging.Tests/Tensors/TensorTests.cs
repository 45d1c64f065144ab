using PomIsa.Debugging.Tensors;
using PomIsa.Isa;

namespace PomIsa.Debugging.Tests.Tensors;

public sealed class TensorTests
{
    [Theory]
    [InlineData(DType.F32, "0000803f0000c07f000080ff", "1, NaN, -inf")]
    [InlineData(DType.F16, "003c007c01fe0100", "1, inf, NaN, 6e-8")]
    [InlineData(DType.BF16, "803fc07f80ff", "1, NaN, -inf")]
    [InlineData(DType.I8, "ff7f80", "-1, 127, -128")]
    [InlineData(DType.I32, "ffffffff01000000", "-1, 1")]
    [InlineData(DType.I64, "ffffffffffffff7f", "9223372036854775807")]
    [InlineData(DType.Bool, "000102", "0, 1, 1")]
    public void Every_type_is_read(DType element, string bytes, string values)
    {
        var elements = new TensorElements(element, Convert.FromHexString(bytes));
        string text = TensorText.Values(elements, 0, elements.Count);
        Assert.Equal(values.Replace("6e-8", "5.9604645e-08", StringComparison.Ordinal), text[1..^1]);
    }

    [Fact]
    public void Statistics_leave_out_what_is_no_number()
    {
        float[] values = [1, float.NaN, -3, float.PositiveInfinity, float.NaN, 5];
        var statistics = TensorStatistics.Of(new TensorElements(DType.F32, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())));
        Assert.Equal(new TensorStatistics(6, -3, double.PositiveInfinity, 1, 2, 1, 1, 3), statistics);
        Assert.Equal("min -3, max inf, mean 1, 2 NaN, 1 inf", statistics.Describe(floating: true));
        Assert.Equal("empty", TensorStatistics.Of(new TensorElements(DType.F32, [])).Describe(floating: true));
    }

    [Theory]
    [InlineData(0, "[0, 0]")]
    [InlineData(5, "[1, 2]")]
    public void A_place_is_row_major(int index, string place) => Assert.Equal(place, TensorText.Place(index, [2, 3]));
}
