namespace PomIsa.Architectures.Tests;

/// <summary>Random weights, each a function of model and name alone; exact in bf16.</summary>
internal sealed class RandomTensors(string model)
{
    private readonly List<TestTensor> _tensors = [];

    public IReadOnlyList<TestTensor> Tensors => _tensors;

    public void Matrix(string name, int rows, int columns) => Add(name, [rows, columns], 0, 1.7f / MathF.Sqrt(columns));

    public void Norm(string name, int length, float centre = 1) => Add(name, [length], centre, 0.4f);

    public void Linear(string name, int outputs, int inputs, bool bias)
    {
        Matrix(name + ".weight", outputs, inputs);
        if (bias)
        {
            Add(name + ".bias", [outputs], 0, 0.5f);
        }
    }

    public void LayerNorm(string name, int length)
    {
        Norm(name + ".weight", length);
        Add(name + ".bias", [length], 0, 0.3f);
    }

    public void Conv1D(string name, int inputs, int outputs)
    {
        Add(name + ".weight", [inputs, outputs], 0, 1.7f / MathF.Sqrt(inputs));
        Add(name + ".bias", [outputs], 0, 0.3f);
    }

    private void Add(string name, int[] shape, float centre, float amplitude)
    {
        uint state = 2166136261;
        foreach (char c in model + name)
        {
            state = (state ^ c) * 16777619;
        }

        var values = new float[shape.Aggregate(1, static (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            float value = centre + (amplitude * (((state >> 8) / (float)(1 << 23)) - 1));
            values[i] = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xffff0000);
        }

        _tensors.Add(new TestTensor(name, shape, values));
    }
}
