using PomIsa.Kernels;
using PomIsa.Training.Corpus;
using PomIsa.Training.Model;

namespace PomIsa.Training.Tests.Recipe;

/// <summary>Compares gradients with central differences of the loss: a check against calculus, so it has a tolerance.</summary>
internal static class GradientProbe
{
    /// <summary>Largest |slope − gradient| as a share of the parameter group's largest gradient, over some parameters of each matrix and norm.</summary>
    public static double WorstDisagreement(DecoderShape shape, SequenceBatch batch, WorkerPool pool, int samples)
    {
        var layout = new ParameterLayout(shape);
        int padded = (layout.Count + 15) & ~15;
        using var parameters = new FloatBuffer(padded);
        using var gradient = new FloatBuffer(padded);
        using var scratch = new FloatBuffer(padded);
        using var pass = new TrainingPass(layout, pool);
        var random = new SeededRandom(3, 3);
        for (int i = 0; i < layout.Count; i++)
        {
            parameters.Span[i] = random.NextNormal() * 0.2f;
        }

        pass.Run(parameters, gradient, batch);
        (int Offset, int Length)[] groups =
            [.. layout.Matrices().Select(m => (m.Offset, m.Rows * m.Columns)), .. layout.Norms().Select(n => (n, shape.Dim))];
        double worst = 0;
        foreach ((int offset, int length) in groups)
        {
            float largest = 0;
            int steepest = offset;
            for (int i = offset; i < offset + length; i++)
            {
                if (MathF.Abs(gradient.Span[i]) > largest)
                {
                    (largest, steepest) = (MathF.Abs(gradient.Span[i]), i);
                }
            }

            for (int s = 0; s < Math.Max(1, samples / groups.Length); s++)
            {
                int i = s == 0 ? steepest : offset + random.Next(length);
                const float H = 0.004f;
                float kept = parameters.Span[i];
                parameters.Span[i] = kept + H;
                double up = pass.Run(parameters, scratch, batch);
                parameters.Span[i] = kept - H;
                double down = pass.Run(parameters, scratch, batch);
                parameters.Span[i] = kept;
                worst = Math.Max(worst, Math.Abs(((up - down) / (2 * H)) - gradient.Span[i]) / largest);
            }
        }

        return worst;
    }
}
