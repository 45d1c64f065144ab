using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 150, QuietOnSuccess = true)]
public sealed class NetworkTests
{
    [Property]
    public void Softmax_equals_the_reference_in_place_or_not(Length length, Seed seed)
    {
        int n = length.Value + 1;
        float[] x = new Values(seed.Value).Mixed(2 * n), expected = new float[2 * n], y = new float[2 * n];
        Ref.Network.Softmax(x.AsSpan(0, n), expected.AsSpan(0, n));
        Ref.Network.Softmax(x.AsSpan(n), expected.AsSpan(n));
        Softmax.Rows(x, y, n);
        Bits.Equal(expected, y);
        Softmax.Rows(x, x, n);
        Bits.Equal(expected, x);
    }

    [Property]
    public void Rms_norm_equals_the_reference_in_place_or_not(Length length, Seed seed)
    {
        int n = length.Value + 1;
        var values = new Values(seed.Value);
        float[] x = values.Mixed(2 * n), w = values.Mixed(n), expected = new float[2 * n], y = new float[2 * n];
        Ref.Network.Rms(x.AsSpan(0, n), w, 1e-5f, expected.AsSpan(0, n));
        Ref.Network.Rms(x.AsSpan(n), w, 1e-5f, expected.AsSpan(n));
        Norm.Rms(x, w, 1e-5f, y);
        Bits.Equal(expected, y);
        Norm.Rms(x, w, 1e-5f, x);
        Bits.Equal(expected, x);
    }

    [Property]
    public void Rms_norm_of_many_rows_equals_that_of_each(Seed seed)
    {
        var values = new Values(seed.Value);
        int n = 1 + values.Below(80), rows = 1 + values.Below(11);
        float[] x = values.Mixed(rows * n), w = values.Mixed(n), expected = new float[x.Length], y = new float[x.Length];
        for (int at = 0; at < x.Length; at += n)
        {
            Ref.Network.Rms(x.AsSpan(at, n), w, 1e-5f, expected.AsSpan(at, n));
        }

        Norm.Rms(x, w, 1e-5f, y);
        Bits.Equal(expected, y);
        Norm.Rms(x, w, 1e-5f, x);
        Bits.Equal(expected, x);
    }

    [Property]
    public void Layer_norm_equals_the_reference_in_place_or_not(Length length, Seed seed)
    {
        int n = length.Value + 1;
        var values = new Values(seed.Value);
        float[] x = values.Mixed(2 * n), w = values.Mixed(n), b = values.Mixed(n), expected = new float[2 * n], y = new float[2 * n];
        Ref.Network.Layer(x.AsSpan(0, n), w, b, 1e-5f, expected.AsSpan(0, n));
        Ref.Network.Layer(x.AsSpan(n), w, b, 1e-5f, expected.AsSpan(n));
        Norm.Layer(x, w, b, 1e-5f, y);
        Bits.Equal(expected, y);
        Norm.Layer(x, w, b, 1e-5f, x);
        Bits.Equal(expected, x);
    }

    [Property]
    public void Rope_equals_the_reference_in_place_or_not(Seed seed)
    {
        var values = new Values(seed.Value);
        int rows = values.Below(4), heads = 1 + values.Below(3), half = 1 + values.Below(40), position = values.Below(5);
        float[] x = values.Mixed(rows * heads * half * 2), cos = values.Mixed(9 * half), sin = values.Mixed(9 * half);
        float[] expected = new float[x.Length], y = new float[x.Length];
        for (int head = 0; head < rows * heads; head++)
        {
            int at = ((head / heads) + position) * half;
            Ref.Network.Rope(
                x.AsSpan(head * half * 2, half * 2), cos.AsSpan(at, half), sin.AsSpan(at, half), expected.AsSpan(head * half * 2, half * 2));
        }

        Rope.Apply(x, cos, sin, heads, half * 2, position, y);
        Bits.Equal(expected, y);
        Rope.Apply(x, cos, sin, heads, half * 2, position, x);
        Bits.Equal(expected, x);
    }

    [Fact]
    public void A_position_beyond_the_table_is_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() => Rope.Apply(new float[8], new float[8], new float[8], 1, 4, 3, new float[8]));

    [Property]
    public void Embedding_picks_columns_of_the_stored_table(Seed seed)
    {
        var values = new Values(seed.Value);
        int vocabulary = 1 + values.Below(40), width = 4 * (1 + values.Below(10));
        float[] table = values.Mixed(width * vocabulary), stored = new float[Panels.Length(width, vocabulary)];
        sbyte[] bytes = values.Bytes(width * vocabulary), storedBytes = new sbyte[stored.Length];
        float[] s = values.Mixed(vocabulary);
        int[] tokens = [values.Below(vocabulary), values.Below(vocabulary), vocabulary - 1];
        Panels.Pack(table, width, vocabulary, stored);
        Panels.Pack(bytes, width, vocabulary, storedBytes);
        float[] y = new float[3 * width], y8 = new float[3 * width], expected = new float[3 * width], expected8 = new float[3 * width];
        for (int i = 0; i < y.Length; i++)
        {
            int token = tokens[i / width], at = (i % width * vocabulary) + token;
            expected[i] = Lanes.Canonical(table[at]);
            expected8[i] = Lanes.Canonical(bytes[at] * s[token]);
        }

        Embed.Rows(tokens, stored, vocabulary, width, y);
        Embed.Rows(tokens, storedBytes, s, vocabulary, width, y8);
        Bits.Equal(expected, y);
        Bits.Equal(expected8, y8);
        Assert.Throws<ArgumentException>(() => Embed.Rows([vocabulary], stored, vocabulary, width, new float[width]));
        Assert.Throws<ArgumentException>(() => Embed.Rows([-1], storedBytes, s, vocabulary, width, new float[width]));
    }
}
