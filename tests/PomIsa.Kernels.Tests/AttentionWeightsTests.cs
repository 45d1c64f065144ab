using FsCheck.Xunit;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Kernels.Tests;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 300, QuietOnSuccess = true)]
public sealed class AttentionWeightsTests
{
    [Property]
    public unsafe void Weights_of_scores_of_any_depth_equal_the_reference(Seed seed)
    {
        // Down to where weights are subnormal, and nothing at all; every fourth row has an infinity or NaN somewhere.
        var values = new Values(seed.Value);
        int count = 1 + values.Below(90), depth = 1 + values.Below(130);
        float[] scores = new float[count], expected = new float[count], row = new float[count + 15];
        for (int i = 0; i < count; i++)
        {
            scores[i] = -depth * (values.Below(1 << 20) / (float)(1 << 20));
        }

        if (values.Below(4) == 0)
        {
            scores[values.Below(count)] = values.Any();
        }

        float scale = values.Below(3) switch { 0 => -0.5f, 1 => 1f, _ => 0.375f };
        Ref.Network.Softmax(Array.ConvertAll(scores, s => s * scale), expected);
        Array.Fill(row, float.NaN);
        scores.CopyTo(row, 0);
        fixed (float* x = row)
        {
            float max = AttentionWeights.Scale(x, count, scale), sum = AttentionWeights.Exponentials(x, count, max, out bool plain);
            AttentionWeights.Divide(x, count, sum, plain);
        }

        Bits.Equal(expected, row.AsSpan(0, count));
    }
}
