using System.Globalization;
using PomIsa.Isa;
using PomIsa.Onnx.Reading;

namespace PomIsa.OnnxCases;

/// <summary>Outputs against those of a case, with the case's own tolerance: they were computed by others in another order.</summary>
internal static class Comparison
{
    /// <summary>Null where all is near enough, else the first difference.</summary>
    public static string? Difference(HostTensor have, HostTensor want, Case limits)
    {
        if (!have.Shape.AsSpan().SequenceEqual(want.Shape.AsSpan()))
        {
            return $"shape [{string.Join(",", have.Shape)}], not [{string.Join(",", want.Shape)}]";
        }

        if (have.Type != want.Type)
        {
            return $"type {OnnxTypes.NameOf(have.Type)}, not {OnnxTypes.NameOf(want.Type)}";
        }

        if (!OnnxTypes.IsFloat(want.Type))
        {
            return Integers(have.ToInt64(), want.ToInt64());
        }

        float[] a = have.ToFloat(), b = want.ToFloat();
        for (int i = 0; i < a.Length; i++)
        {
            bool near = a[i].Equals(b[i]) || a[i] == b[i]
                || Math.Abs((double)a[i] - b[i]) <= limits.Absolute + (limits.Relative * Math.Abs((double)b[i]));
            if (!near || float.IsNaN(a[i]) != float.IsNaN(b[i]))
            {
                return string.Create(CultureInfo.InvariantCulture, $"element {i} of {a.Length} is {a[i]}, not {b[i]}");
            }
        }

        return null;
    }

    private static string? Integers(long[] have, long[] want)
    {
        for (int i = 0; i < have.Length; i++)
        {
            if (have[i] != want[i])
            {
                return string.Create(CultureInfo.InvariantCulture, $"element {i} of {have.Length} is {have[i]}, not {want[i]}");
            }
        }

        return null;
    }
}
