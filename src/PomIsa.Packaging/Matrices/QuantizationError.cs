namespace PomIsa.Packaging.Matrices;

/// <summary>How far a stored matrix is from its source.</summary>
/// <param name="RelativeRms">Root of the squared differences' sum over that of the squared values; 0 where both are 0.</param>
/// <param name="Largest">Greatest magnitude of a difference.</param>
public readonly record struct QuantizationError(double RelativeRms, double Largest);

/// <summary>One matrix of a report.</summary>
/// <param name="Name">Name of the weight, or of the node that has it.</param>
/// <param name="Kind">How it is stored; f32 where its depth allows nothing else.</param>
/// <param name="Depth">K.</param>
/// <param name="Columns">N.</param>
/// <param name="Error">What it lost.</param>
public sealed record QuantizedMatrix(string Name, WeightKind Kind, int Depth, int Columns, QuantizationError Error);

/// <summary>Sums of differences. Those of a matrix are added panel after panel, so that the result is the same everywhere.</summary>
internal struct ErrorSums
{
    private double _values, _differences, _largest;

    public readonly QuantizationError Error => new(_values > 0 ? Math.Sqrt(_differences / _values) : 0, _largest);

    public void Add(float value, double stored)
    {
        double difference = value - stored;
        _values += (double)value * value;
        _differences += difference * difference;
        _largest = Math.Max(_largest, Math.Abs(difference));
    }

    public void Add(in ErrorSums other)
    {
        _values += other._values;
        _differences += other._differences;
        _largest = Math.Max(_largest, other._largest);
    }
}
