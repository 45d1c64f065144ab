using System.Globalization;
using PomIsa.Debugging.Tensors;
using PomIsa.Isa;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Weights;

namespace PomIsa.Debugging.Stepping;

/// <summary>What a stopped program holds, in words.</summary>
internal sealed class Inspector(ProgramMap map, CallStack calls, DebugConsole console)
{
    private const int Around = 5;

    private Module Module => map.Module;

    private Activation Top => calls.Top;

    private Function Function => Module.Functions[Top.Function];

    /// <summary>Index of a register of the function that runs, or -1.</summary>
    public int RegisterOf(string name) =>
        Enumerable.Range(0, Function.Registers.Length).FirstOrDefault(i => Module.RegisterName(Top.Function, i) == name, -1);

    /// <summary>A register in one line.</summary>
    public string Register(int index) => Module.RegisterName(Top.Function, index) + " " + (
        Top.Holds(index) ? TensorText.Line(Top.Frame.Register(index))
        : Function.Registers[index].Describe(Module) + ": holds nothing now (not written yet, or its place was taken by another register)");

    public void Registers()
    {
        int[] held = [.. Enumerable.Range(0, Function.Registers.Length).Where(Top.Holds)];
        Lines(held.Select(Register), "no register holds a value");
    }

    public void Stack(OpContext context) =>
        Lines(context.Depth == 0 ? [] : [string.Join(' ', context.Top(context.Depth).ToArray().Select(Text))], "the stack is empty");

    public void Locals() =>
        Lines(Top.Frame.Locals.Select((value, i) => $"{Module.LocalName(Top.Function, i)} = {Text(value)}"), "this function has no locals");

    public void Symbols() =>
        Lines(Module.Symbols.Select((symbol, i) => $"{Module.SymbolName(i)} = {Text(Top.Frame.Symbols[i])} (at most {symbol.Max})"), "the program has no symbols");

    public void States(OpContext context) => Lines(Module.States.Select((_, i) => State(i, context)), "the program has no states");

    public void Outputs(OpContext context) => Lines(
        context.Outputs.ToImmutable().Index().Where(static one => one.Item is not null)
            .Select(static one => $"output {Text(one.Index)}: {TensorText.Line(one.Item!.Element, one.Item.Shape.AsSpan(), one.Item.Bytes.AsSpan())}"),
        "no outputs yet");

    public void Where()
    {
        for (int i = calls.Depth - 1; i >= 0; i--)
        {
            console.Say($"{(i == calls.Depth - 1 ? "→" : " ")} {map.Line(calls.All[i].Function, calls.All[i].At)}");
        }
    }

    public void List()
    {
        int from = Math.Max(0, Top.At - Around), to = Math.Min(Function.Body.Length, Top.At + Around + 1);
        for (int i = from; i < to; i++)
        {
            console.Say($"{(i == Top.At ? "→" : " ")} {map.Line(Top.Function, i)}");
        }
    }

    /// <summary>What a name stands for: a register first, then locals, symbols, states, weights.</summary>
    public void Print(string text, OpContext context)
    {
        int bracket = text.IndexOf('[', StringComparison.Ordinal);
        string name = bracket < 0 ? text : text[..bracket].TrimEnd();
        string[] indices = bracket < 0 ? [] : text[(bracket + 1)..].TrimEnd(']').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (RegisterOf(name) is >= 0 and int register)
        {
            if (bracket < 0 || !Top.Holds(register))
            {
                console.Say(Register(register));
            }
            else
            {
                TensorView view = Top.Frame.Register(register);
                Part(name, indices, view.Element, TensorText.Dimensions(view), view.Raw);
            }
        }
        else if (Find(Top.Frame.Locals.Length, i => Module.LocalName(Top.Function, i), name) is >= 0 and int local)
        {
            console.Say($"{name} = {Text(Top.Frame.Locals[local])}");
        }
        else if (Find(Module.Symbols.Length, Module.SymbolName, name) is >= 0 and int symbol)
        {
            console.Say($"{name} = {Text(Top.Frame.Symbols[symbol])}");
        }
        else if (Find(Module.States.Length, Module.StateName, name) is >= 0 and int state)
        {
            PrintState(state, indices, context);
        }
        else if (Find(Module.Weights.Length, i => Module.Weights[i].Name, name) is >= 0 and int weight)
        {
            PrintWeight(context.Program.Weights[weight], indices);
        }
        else
        {
            console.Refuse($"Nothing here is called '{name}'. 'registers', 'locals', 'symbols' and 'states' list what is.");
        }
    }

    private string State(int index, OpContext context)
    {
        StateEntry entry = Module.States[index];
        string row = string.Join(", ", (string[])[Module.SymbolName(entry.Symbol), .. entry.Row.Select(d => Text(d))]);
        return $"{Module.StateName(index)} {DTypes.NameOf(entry.Element)}[{row}]: {Text(context.States[index].Rows)} of {Text(entry.MaxRows)} rows";
    }

    private void PrintState(int index, string[] indices, OpContext context)
    {
        console.Say(State(index, context));
        StateEntry entry = Module.States[index];
        if (context.States[index] is { Rows: > 0 } state)
        {
            Part(Module.StateName(index), indices, entry.Element, [state.Rows, .. entry.Row], state.Raw);
        }
    }

    private void PrintWeight(BoundWeight weight, string[] indices)
    {
        WeightEntry entry = weight.Entry;
        int[] dimensions = [.. entry.Shape];
        if (entry.Layout == WeightLayout.Rows)
        {
            Part(entry.Name, indices, entry.Element, dimensions, weight.Raw);
            return;
        }

        string stored = entry.Layout != WeightLayout.Rows ? " in panels" : "";
        console.Say($"{entry.Name} {TensorText.Type(entry.Element, dimensions)}{stored}, digest {entry.Digest}");
        if (DTypes.IsComputed(entry.Element))
        {
            console.Say("  " + TensorStatistics.Of(new TensorElements(entry.Element, weight.Raw)).Describe(floating: true));
        }
    }

    /// <summary>A tensor, or the part of it that leading indices name.</summary>
    private void Part(string name, string[] indices, DType element, ReadOnlySpan<int> dimensions, ReadOnlySpan<byte> bytes)
    {
        int from = 0, count = new TensorElements(element, bytes).Count;
        for (int axis = 0; axis < indices.Length; axis++)
        {
            if (axis >= dimensions.Length || !int.TryParse(indices[axis], NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= dimensions[axis])
            {
                console.Refuse($"{name} is {TensorText.Type(element, dimensions)}; [{string.Join(", ", indices)}] is not in it.");
                return;
            }

            count /= dimensions[axis];
            from += index * count;
        }

        int size = DTypes.SizeOf(element);
        string at = indices.Length == 0 ? "" : $"[{string.Join(", ", indices)}]";
        console.Say($"{name}{at} {TensorText.Line(element, dimensions[indices.Length..], bytes.Slice(from * size, count * size))}");
    }

    private void Lines(IEnumerable<string> lines, string otherwise)
    {
        bool any = false;
        foreach (string line in lines)
        {
            any = true;
            console.Say(line);
        }

        if (!any)
        {
            console.Say(otherwise);
        }
    }

    private static int Find(int count, Func<int, string> nameOf, string name) =>
        Enumerable.Range(0, count).FirstOrDefault(i => nameOf(i) == name, -1);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
