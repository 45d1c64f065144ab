using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json;
using PomIsa.Kernels;

namespace PomIsa.Benchmarks;

/// <summary>Elements a second of each elementary function beside TensorPrimitives' function, on one thread.</summary>
internal static class ElementaryBenchmark
{
    private const int Count = 1 << 20;

    // Every so many elements are compared with the reference before anything is timed.
    private const int Stride = 211;

    // TensorPrimitives' function of the same name; the others have none.
    private static readonly Dictionary<string, SpanFunction> Others = new()
    {
        ["exp"] = TensorPrimitives.Exp,
        ["exp2"] = TensorPrimitives.Exp2,
        ["log"] = TensorPrimitives.Log,
        ["log2"] = TensorPrimitives.Log2,
        ["sigmoid"] = TensorPrimitives.Sigmoid,
        ["tanh"] = TensorPrimitives.Tanh,
        ["rsqrt"] = TensorPrimitives.ReciprocalSqrt,
        ["sin"] = TensorPrimitives.Sin,
        ["cos"] = TensorPrimitives.Cos,
        ["pow"] = static (x, y) => TensorPrimitives.Pow(x, Exponents.AsSpan(0, x.Length), y),
    };

    private const float Exponent = 2.4f;

    private static readonly float[] Exponents = [.. Enumerable.Repeat(Exponent, Count)];

    private static readonly ElementaryFunction[] Functions =
    [
        .. ElementaryFunctions.All,
        new("pow", static (x, y) => Elementary.Pow(x, Exponents.AsSpan(0, x.Length), y), static x => Kernels.Reference.Power.Pow(x, Exponent)),
    ];

    public static int Run(string[] arguments)
    {
        bool json = arguments.Contains("--json");
        int rounds = Verbs.Rounds([.. arguments.Where(static a => a != "--json")], 15);
        if (!json)
        {
            Console.WriteLine("function     input            Melements/s   TensorPrimitives   ratio   of its results, not correctly rounded");
        }

        WarmUp();
        foreach (ElementaryFunction function in Functions)
        {
            (string range, float[] x) = Input(function.Name);
            Row row = Measure(function, range, x, rounds);
            Console.WriteLine(json ? JsonSerializer.Serialize(row, JsonSerializerOptions.Web) : row.Text);
        }

        if (!json)
        {
            Console.WriteLine($"{Count} elements, one thread, medians of {rounds} interleaved rounds; the ratio is ours to theirs");
        }

        return 0;
    }

    /// <summary>Calls every function often enough for the JIT's last tier, on both sides, and gives that time to finish.</summary>
    private static void WarmUp()
    {
        float[] x = [.. Enumerable.Repeat(0.75f, 1024)], y = new float[x.Length];
        for (int pass = 0; pass < 3; pass++)
        {
            for (int call = 0; call < 50; call++)
            {
                foreach (SpanFunction function in Functions.Select(static f => f.Apply).Concat(Others.Values))
                {
                    function(x, y);
                }
            }

            Thread.Sleep(400);
        }
    }

    private static Row Measure(ElementaryFunction function, string range, float[] x, int rounds)
    {
        float[] y = new float[x.Length], z = new float[x.Length];
        SpanFunction? other = Others.GetValueOrDefault(function.Name);
        function.Apply(x, y);
        other?.Invoke(x, z);
        int wrong = 0, compared = 0;
        for (int i = 0; i < x.Length; i += Stride, compared++)
        {
            int expected = BitConverter.SingleToInt32Bits(function.Reference(x[i]));
            if (BitConverter.SingleToInt32Bits(y[i]) != expected)
            {
                throw new InvalidOperationException($"{function.Name}({x[i]:R}) is not what the reference gives, so there is nothing to compare.");
            }

            wrong += BitConverter.SingleToInt32Bits(z[i]) != expected ? 1 : 0;
        }

        List<double> ours = [], theirs = [], ratios = [];
        for (int round = 0; round < rounds; round++)
        {
            double a = Speed(function.Apply, x, y), b = other is null ? double.NaN : Speed(other, x, z);
            ours.Add(a);
            theirs.Add(b);
            ratios.Add(a / b);
        }

        return other is null
            ? new Row(function.Name, range, Median(ours), null, null, null)
            : new Row(function.Name, range, Median(ours), Median(theirs), Median(ratios), (double)wrong / compared);
    }

    private static double Speed(SpanFunction function, float[] x, float[] y)
    {
        long start = Stopwatch.GetTimestamp();
        function(x, y);
        return x.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>The same values in every run: uniform over the range that a function is used in.</summary>
    private static (string Range, float[] X) Input(string name)
    {
        var random = new Random(3);
        return name switch
        {
            "exp" or "exp2" => Fill("[-10, 10]", () => (20 * random.NextSingle()) - 10),
            "log" or "log2" or "rsqrt" => Fill("2^[-20, 20]", () => (float)Math.Pow(2, (40 * random.NextDouble()) - 20)),
            "pow" => Fill("[0, 10]^2.4", () => 10 * random.NextSingle()),
            "sin" or "cos" => Fill("[-100, 100]", () => (200 * random.NextSingle()) - 100),
            _ => Fill("normal, sd 2", () => (float)(2 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))),
        };
    }

    private static (string Range, float[] X) Fill(string range, Func<float> next)
    {
        var x = new float[Count];
        for (int i = 0; i < Count; i++)
        {
            x[i] = next();
        }

        return (range, x);
    }

    private sealed record Row(string Function, string Input, double ElementsPerSecond, double? TensorPrimitives, double? Ratio, double? NotCorrectlyRounded)
    {
        public string Text => string.Create(
            CultureInfo.InvariantCulture,
            $"{Function,-12} {Input,-14} {ElementsPerSecond / 1e6,13:F0} {TensorPrimitives / 1e6,18:F0} {Ratio,7:F2}   {NotCorrectlyRounded:P2}").TrimEnd();
    }
}
