namespace PomIsa.Bench.Decoders;

/// <summary>One random weight: uniform in centre ± amplitude, a function of its name and the element alone.</summary>
/// <param name="Name">As the program names it.</param>
/// <param name="Rows">K, the inputs; or the length of a vector.</param>
/// <param name="Columns">N, the outputs; 0 for a vector.</param>
/// <param name="Centre">Middle of the values.</param>
/// <param name="Amplitude">Greatest distance from it.</param>
public sealed record DecoderTensor(string Name, int Rows, int Columns, float Centre, float Amplitude)
{
    /// <summary>Whether it is a matrix, which the weight kind applies to.</summary>
    public bool IsMatrix => Columns > 0;

    /// <summary>Values.</summary>
    public long Count => (long)Rows * Math.Max(1, Columns);

    /// <summary>A matrix that takes inputs of variance 1 to outputs of variance gain².</summary>
    public static DecoderTensor Matrix(string name, int rows, int columns, float gain) =>
        new(name, rows, columns, 0, gain * MathF.Sqrt(3f / rows));

    /// <summary>The weight of a norm: near 1.</summary>
    public static DecoderTensor Norm(string name, int length) => new(name, length, 0, 1, 0.125f);
}
