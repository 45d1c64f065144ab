using System.Collections.Immutable;
using PomIsa.Architectures.Configuration;

namespace PomIsa.Architectures.Rotary;

/// <summary>The rotary embedding that a configuration describes: its base, and how it was stretched to longer contexts.</summary>
internal static class RotaryReader
{
    private const double LeastBase = 1.0001, LargestBase = 1e12, LargestFactor = 1e6;

    /// <summary>Names in <c>rope_type</c> that are understood.</summary>
    private static readonly ImmutableArray<string> Known = ["default", "linear", "dynamic", "llama3", "longrope", "su", "yarn"];

    /// <summary>What the keys say.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="parameters"><c>rope_scaling</c> or <c>rope_parameters</c>, where it is there.</param>
    /// <param name="frequencyBase">Base where the parameters have none.</param>
    /// <param name="turned">Values of a head that are turned.</param>
    /// <param name="context">Positions that the program holds.</param>
    /// <param name="trained">Positions that the model was made for.</param>
    public static RotaryTable Read(ModelConfig config, ModelConfig? parameters, double frequencyBase, int turned, int context, int trained)
    {
        double theta = parameters?.Real("rope_theta", frequencyBase, LeastBase, LargestBase) ?? frequencyBase;
        float[] plain = RotaryTable.Plain((float)theta, turned);
        string type = parameters?.Text("rope_type") ?? parameters?.Text("type") ?? "default";
        switch (type)
        {
            case "default":
            case "dynamic": // stretches only beyond the positions that the model was made for, and the context ends there
                return new RotaryTable(plain);
            case "linear":
                float stretch = (float)parameters!.Real("factor", null, 1, LargestFactor);
                return new RotaryTable([.. plain.Select(f => f / stretch)]);
            case "llama3":
                return new RotaryTable(Llama3(parameters!, plain));
            case "longrope" or "su":
                return LongRope(config, parameters!, (float)theta, turned, context, trained);
            case GgufFactors:
                return new RotaryTable(Divided(parameters!, "factors", plain));
            default:
                parameters!.Refuse("rope_type", $"is '{type}'; known are {string.Join(", ", Known.Where(static k => k != "yarn"))}");
                return new RotaryTable(plain);
        }
    }

    /// <summary>Each frequency is divided by a number of the file's own.</summary>
    public const string GgufFactors = "factors";

    /// <summary>Base of a configuration that keeps it beside the scaling.</summary>
    public static double Base(ModelConfig config, double otherwise, string key = "rope_theta") => config.Real(key, otherwise, LeastBase, LargestBase);

    /// <summary>Low frequencies are divided by a factor, high ones stay, those between are blended.</summary>
    private static float[] Llama3(ModelConfig scaling, float[] plain)
    {
        float factor = (float)scaling.Real("factor", null, 1, LargestFactor);
        double low = scaling.Real("low_freq_factor", null, 1e-3, LargestFactor), high = scaling.Real("high_freq_factor", null, 1e-3, LargestFactor);
        double trained = scaling.Whole("original_max_position_embeddings");
        if (high <= low)
        {
            scaling.Refuse("high_freq_factor", "must be greater than low_freq_factor");
            return plain;
        }

        float longest = (float)(trained / low), shortest = (float)(trained / high);
        return [.. plain.Select(f =>
        {
            float wave = (float)(2 * Math.PI) / f;
            if (wave < shortest)
            {
                return f;
            }

            if (wave > longest)
            {
                return f / factor;
            }

            float smooth = (((float)trained / wave) - (float)low) / (float)(high - low);
            return ((1 - smooth) * f / factor) + (smooth * f);
        })];
    }

    /// <summary>Each frequency has a factor of its own: one list for contexts that the model was first made for, one for longer ones.</summary>
    private static RotaryTable LongRope(ModelConfig config, ModelConfig scaling, float theta, int turned, int context, int trained)
    {
        int original = scaling.Whole("original_max_position_embeddings", config.Whole("original_max_position_embeddings", trained));
        double stretched = scaling.Real("factor", (double)trained / original, 1e-3, LargestFactor);
        double usual = stretched <= 1 ? 1 : Math.Sqrt(1 + (NaturalLogarithm(stretched) / NaturalLogarithm(Math.Max(original, 2))));
        double factor = scaling.Real("attention_factor", usual, 1e-3, LargestFactor);
        string list = context > original ? "long_factor" : "short_factor";
        if (scaling.Reals(list, 1e-6, LargestFactor) is not { } factors || factors.Length != turned / 2)
        {
            scaling.Refuse(list, $"must be a list of {turned / 2} numbers, one for each frequency");
            return new RotaryTable(RotaryTable.Plain(theta, turned));
        }

        float[] powers = new float[factors.Length];
        for (int i = 0; i < powers.Length; i++)
        {
            powers[i] = 1 / (factors[i] * Kernels.Elementary.Pow(theta, (float)(2 * i) / turned));
        }

        return new RotaryTable(powers, (float)factor);
    }

    private static float[] Divided(ModelConfig scaling, string list, float[] plain)
    {
        if (scaling.Reals(list, 1e-6, LargestFactor) is { } factors && factors.Length == plain.Length)
        {
            return [.. plain.Select((f, i) => f / factors[i])];
        }

        scaling.Refuse(list, $"must be a list of {plain.Length} numbers, one for each frequency");
        return plain;
    }

    /// <summary>ln x by products, quotients and sums of f64 alone, for x above 0: the same on every machine.</summary>
    internal static double NaturalLogarithm(double x)
    {
        int exponent = Math.ILogB(x);
        double mantissa = Math.ScaleB(x, -exponent), z = (mantissa - 1) / (mantissa + 1), square = z * z, term = z, sum = 0;
        for (int k = 1; k < 80; k += 2)
        {
            sum += term / k;
            term *= square;
        }

        return (exponent * 0.6931471805599453) + (2 * sum);
    }
}
