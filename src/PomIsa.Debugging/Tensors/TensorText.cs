using System.Globalization;
using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Debugging.Tensors;

/// <summary>Tensors in words.</summary>
internal static class TensorText
{
    /// <summary>Values shown of a tensor or a slice.</summary>
    public const int Shown = 8;

    /// <summary>Such as <c>f32[3, 128]</c>.</summary>
    public static string Type(DType element, ReadOnlySpan<int> dimensions) =>
        $"{DTypes.NameOf(element)}[{string.Join(", ", dimensions.ToArray())}]";

    /// <summary>The type of a view at this moment.</summary>
    public static string Type(in TensorView view) => Type(view.Element, Dimensions(view));

    public static int[] Dimensions(in TensorView view)
    {
        var dimensions = new int[view.Rank];
        for (int axis = 0; axis < dimensions.Length; axis++)
        {
            dimensions[axis] = view.Dimension(axis);
        }

        return dimensions;
    }

    /// <summary>The first values from an index on, at most <see cref="Shown"/> of <paramref name="count"/>.</summary>
    public static string Values(TensorElements elements, int from, int count)
    {
        var texts = new List<string>();
        for (int i = 0; i < Math.Min(count, Shown); i++)
        {
            texts.Add(elements.Text(from + i));
        }

        return $"[{string.Join(", ", texts)}{(count > Shown ? ", …" : "")}]";
    }

    /// <summary>A row-major index as a place, such as <c>[0, 17]</c>.</summary>
    public static string Place(int index, ReadOnlySpan<int> dimensions)
    {
        var place = new string[dimensions.Length];
        for (int axis = dimensions.Length - 1; axis >= 0; axis--)
        {
            (index, int at) = Math.DivRem(index, Math.Max(dimensions[axis], 1));
            place[axis] = at.ToString(CultureInfo.InvariantCulture);
        }

        return $"[{string.Join(", ", place)}]";
    }

    /// <summary>Type, statistics and first values in one line.</summary>
    public static string Line(DType element, ReadOnlySpan<int> dimensions, ReadOnlySpan<byte> bytes)
    {
        var elements = new TensorElements(element, bytes);
        return elements.Count <= Shown
            ? $"{Type(element, dimensions)} {Values(elements, 0, elements.Count)}"
            : $"{Type(element, dimensions)} {TensorStatistics.Of(elements).Describe(elements.IsFloating)}  {Values(elements, 0, elements.Count)}";
    }

    /// <summary>The line of a view.</summary>
    public static string Line(in TensorView view) => Line(view.Element, Dimensions(view), view.Raw);
}
