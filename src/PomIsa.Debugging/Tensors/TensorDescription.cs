using PomIsa.Isa;

namespace PomIsa.Debugging.Tensors;

/// <summary>A tensor of any computed type in words: for people in one line, or value by value.</summary>
public static class TensorDescription
{
    /// <summary>Type, and the values, or where there are many, statistics and the first ones.</summary>
    /// <param name="element">Element type.</param>
    /// <param name="shape">Dimensions.</param>
    /// <param name="bytes">Row-major, little-endian.</param>
    public static string Line(DType element, ReadOnlySpan<int> shape, ReadOnlySpan<byte> bytes) => TensorText.Line(element, shape, bytes);

    /// <summary>Every value as the shortest text that is exactly it, row-major.</summary>
    public static IEnumerable<string> Values(DType element, ReadOnlySpan<byte> bytes)
    {
        var elements = new TensorElements(element, bytes);
        var texts = new string[elements.Count];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = elements.Text(i);
        }

        return texts;
    }
}
