using System.Runtime.InteropServices;
using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference.Views;

namespace PomIsa.Kernels.Tests;

/// <summary>Views of elements of 1, 2, 4 and 8 bytes, against the place that each element comes from.</summary>
[Properties(Arbitrary = [typeof(Generators)], MaxTest = 200, QuietOnSuccess = true)]
public sealed class ViewTests
{
    private static readonly int[] Sizes = [1, 2, 4, 8];

    [Property]
    public void A_transposition_puts_each_element_where_its_index_says(Seed seed)
    {
        var values = new Values(seed.Value);
        int[] shape = RandomShape.Of(values, most: 8, elements: 6000), perm = RandomShape.Permutation(values, shape.Length);
        foreach (int size in Sizes)
        {
            ulong[] x = Elements(values, shape), expected = new ulong[x.Length];
            Ref.Transpose<ulong>(x, shape, perm, expected);
            var y = new byte[x.Length * size];
            Transpose.Copy(Pack(x, size), shape, perm, size, y);
            Assert.Equal(Pack(expected, size), y);
        }
    }

    [Theory]
    [InlineData(33, 65)]
    [InlineData(255, 257)]
    [InlineData(1, 300)]
    [InlineData(64, 64)]
    public void A_matrix_is_turned_across_its_tiles(int rows, int columns)
    {
        foreach (int size in Sizes)
        {
            ulong[] x = Elements(new Values(7), [rows, columns]), expected = new ulong[x.Length];
            Ref.Transpose<ulong>(x, [rows, columns], [1, 0], expected);
            var y = new byte[x.Length * size];
            Transpose.Copy(Pack(x, size), [rows, columns], [1, 0], size, y);
            Assert.Equal(Pack(expected, size), y);
        }
    }

    [Property]
    public void Slices_take_every_step_forwards_and_backwards(Seed seed)
    {
        var values = new Values(seed.Value);
        int outer = values.Below(4), d = 1 + values.Below(20), inner = values.Below(6), step = (values.Below(2) * 2) - 1;
        step *= 1 + values.Below(4);
        int start = values.Below(d), most = 1 + ((step > 0 ? d - 1 - start : start) / Math.Abs(step)), count = values.Below(most + 1);
        foreach (int size in Sizes)
        {
            ulong[] x = Elements(values, [outer, d, inner]), expected = new ulong[outer * count * inner];
            Ref.Slice<ulong>(x, d, inner, start, step, count, expected);
            var y = new byte[expected.Length * size];
            AxisRuns.Slice(Pack(x, size), outer, d, inner * size, start, step, count, y);
            Assert.Equal(Pack(expected, size), y);
        }
    }

    [Property]
    public void Parts_of_an_axis_are_put_together_taken_apart_and_padded(Seed seed)
    {
        var values = new Values(seed.Value);
        int outer = values.Below(5), d1 = values.Below(9), d2 = values.Below(9), inner = values.Below(5), after = values.Below(4);
        foreach (int size in Sizes)
        {
            ulong[] x1 = Elements(values, [outer, d1, inner]), x2 = Elements(values, [outer, d2, inner]);
            var both = new ulong[outer * (d1 + d2) * inner];
            Ref.Concat<ulong>(x1, d1, x2, d2, inner, both);
            byte[] y = new byte[both.Length * size], y1 = new byte[x1.Length * size], y2 = new byte[x2.Length * size];
            AxisRuns.Concat(Pack(x1, size), d1, Pack(x2, size), d2, outer, inner * size, y);
            Assert.Equal(Pack(both, size), y);
            AxisRuns.Split(y, outer, inner * size, d1, y1, d2, y2);
            Assert.Equal(Pack(x1, size), y1);
            Assert.Equal(Pack(x2, size), y2);
            ulong value = values.Next();
            var padded = new ulong[outer * (d2 + d1 + after) * inner];
            Ref.Pad(x1, d1, inner, value, d2, after, padded);
            y = new byte[padded.Length * size];
            AxisRuns.Pad(Pack(x1, size), outer, d1, inner * size, Pack([value], size), d2, after, y);
            Assert.Equal(Pack(padded, size), y);
        }
    }

    [Property]
    public void Broadcasting_copies_and_selects(Seed seed)
    {
        var values = new Values(seed.Value);
        int[] shape = RandomShape.Of(values, most: 8, elements: 3000), from = RandomShape.Broadcasting(values, shape), second = RandomShape.Broadcasting(values, shape);
        byte[] c = [.. Elements(values, from).Select(v => (byte)((v & 2) * (v & 255)))];
        foreach (int size in Sizes)
        {
            ulong[] x = Elements(values, from), x1 = Elements(values, shape), x2 = Elements(values, second);
            ulong[] expanded = new ulong[x1.Length], chosen = new ulong[x1.Length];
            for (int i = 0; i < x1.Length; i++)
            {
                expanded[i] = x[Ref.Broadcast(from, shape, i)];
                chosen[i] = c[Ref.Broadcast(from, shape, i)] != 0 ? x1[i] : x2[Ref.Broadcast(second, shape, i)];
            }

            var y = new byte[x1.Length * size];
            Expand.Copy(Pack(x, size), from, size, y, shape);
            Assert.Equal(Pack(expanded, size), y);
            Selection.Where(c, from, Pack(x1, size), Pack(x2, size), second, shape, size, y);
            Assert.Equal(Pack(chosen, size), y);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(257)]
    public void A_choice_for_each_element_has_any_length(int length)
    {
        var values = new Values((uint)length);
        ulong[] a = Elements(values, [length]), b = Elements(values, [length]);
        byte[] c = [.. a.Select(v => (byte)(v & 4))], y = new byte[4 * length];
        Selection.Where(c, [length], Pack(a, 4), Pack(b, 4), [length], [length], 4, y);
        Assert.Equal(Pack([.. a.Select((v, i) => c[i] != 0 ? v : b[i])], 4), y);
    }

    [Fact]
    public void What_does_not_fit_is_the_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => Transpose.Copy(new byte[6], [2, 3], [0, 0], 1, new byte[6]));
        Assert.Throws<ArgumentException>(() => Transpose.Copy(new byte[6], [2, 3], [0, 2], 1, new byte[6]));
        Assert.Throws<ArgumentException>(() => Expand.Copy(new byte[2], [2], 1, new byte[3], [3]));
        Assert.Throws<ArgumentException>(() => Expand.Copy(new byte[3], [1, 3], 1, new byte[3], [3]));
        Assert.Throws<ArgumentException>(() => AxisRuns.Slice(new byte[6], 1, 6, 1, 4, 2, 2, new byte[2]));
        Assert.Throws<ArgumentException>(() => AxisRuns.Concat(new byte[2], 2, new byte[2], 2, 1, 1, new byte[5]));
    }

    private static ulong[] Elements(Values values, int[] shape) => [.. Enumerable.Range(0, shape.Aggregate(1, static (a, b) => a * b)).Select(_ => values.Next())];

    private static byte[] Pack(ulong[] elements, int size) =>
        [.. elements.SelectMany(e => MemoryMarshal.AsBytes<ulong>([e])[..size].ToArray())];
}
