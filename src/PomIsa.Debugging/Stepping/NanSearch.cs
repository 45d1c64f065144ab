using System.Globalization;
using PomIsa.Debugging.Tensors;
using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Debugging.Stepping;

/// <summary>Finds the instruction that first writes a NaN, and tells which of its inputs had one.</summary>
/// <param name="map">Has the places in words.</param>
/// <param name="infinities">Whether an infinity counts as well.</param>
internal sealed class NanSearch(ProgramMap map, bool infinities)
{
    private readonly List<Finding> _inputs = [];

    private string What => infinities ? "NaN or inf" : "NaN";

    /// <summary>Before the instruction executes, since it may overwrite an input.</summary>
    public void Before(OpContext context)
    {
        _inputs.Clear();
        Line line = context.Line;
        for (int i = 0; i < line.Row.Operands.Length; i++)
        {
            switch (line.Row.Operands[i])
            {
                case { Kind: OperandKind.Register, Effect: Effect.Read }:
                    _inputs.Add(Look(i, context.View(i)));
                    break;
                case { Kind: OperandKind.State } when map.Module.States[line.Operands[i].Index] is var entry:
                    _inputs.Add(Look(i, entry.Element, [context.State(i).Rows, .. entry.Row], context.State(i).Raw));
                    break;
                case { Kind: OperandKind.Weight } when context.Weight(i) is { } weight && DTypes.IsComputed(weight.Entry.Element):
                    Finding found = Look(i, weight.Entry.Element, [.. weight.Entry.Shape], weight.Raw);
                    _inputs.Add(weight.Entry.Layout == WeightLayout.Rows ? found : found with { First = -1 }); // panels have another order
                    break;
            }
        }
    }

    /// <summary>After it: the report, if it wrote one.</summary>
    public string? After(RetirePlace place, OpContext context)
    {
        var written = new List<Finding>();
        foreach (int operand in context.Line.Written)
        {
            if (Look(operand, context.View(operand)) is { Count: > 0 } finding)
            {
                written.Add(finding);
            }
        }

        if (written.Count == 0)
        {
            return null;
        }

        IReadOnlyList<string> names = map.Operands(place.Function, place.Instruction);
        string verdict = _inputs.Any(one => one.Count > 0)
            ? "  an input had one before; 'restart', then search from the beginning to see where it was made"
            : "  no input had one: it is made here";
        return string.Join('\n', [
            $"{What}: {map.Line(place.Function, place.Instruction)}",
            .. written.Select(one => $"  writes {names[one.Operand]} {Describe(one)}"),
            .. _inputs.Select(one => $"  reads {names[one.Operand]} {Describe(one)}").Distinct(),
            verdict]);
    }

    private string Describe(Finding one)
    {
        string where = one.First < 0 ? "" : $", the first at {TensorText.Place(one.First, one.Dimensions)}";
        string count = one.Count == 0 ? "none" : string.Create(CultureInfo.InvariantCulture, $"{one.Count} {What}{where}");
        return $"{TensorText.Type(one.Element, one.Dimensions)}: {count}";
    }

    private Finding Look(int operand, in TensorView view) => Look(operand, view.Element, TensorText.Dimensions(view), view.Raw);

    private Finding Look(int operand, DType element, int[] dimensions, ReadOnlySpan<byte> bytes)
    {
        var elements = new TensorElements(element, bytes);
        int count = 0, first = -1;
        for (int i = 0; elements.IsFloating && i < elements.Count; i++)
        {
            double value = elements[i];
            if (double.IsNaN(value) || (infinities && double.IsInfinity(value)))
            {
                first = count++ == 0 ? i : first;
            }
        }

        return new Finding(operand, element, dimensions, count, first);
    }

    /// <summary>How many an operand has, and the index of the first, or -1.</summary>
    private sealed record Finding(int Operand, DType Element, int[] Dimensions, int Count, int First);
}
