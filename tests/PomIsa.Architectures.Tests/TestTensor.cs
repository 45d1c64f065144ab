namespace PomIsa.Architectures.Tests;

/// <summary>A tensor of a test's model.</summary>
internal sealed record TestTensor(string Name, int[] Shape, float[] Values)
{
    public int Rows => Shape[0];

    public int Columns => Shape.Length > 1 ? Shape[1] : 1;
}
