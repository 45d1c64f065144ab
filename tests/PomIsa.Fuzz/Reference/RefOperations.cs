using PomIsa.Isa;

namespace PomIsa.Fuzz.Reference;

/// <summary>An opcode's meaning, one value at a time.</summary>
internal delegate FaultCode RefOperation(RefContext context);

/// <summary>The reference of every opcode but control, by mnemonic.</summary>
internal static class RefOperations
{
    private static readonly Dictionary<string, RefOperation> All = new(
        [.. RefScalars.All, .. RefMoves.All, .. RefViews.All, .. RefElements.All, .. RefReductions.All, .. RefNetwork.All, .. RefStates.All], StringComparer.Ordinal);

    public static bool Has(OpcodeRow row) => row.Family == Family.Control || All.ContainsKey(row.Mnemonic);

    public static RefOperation Of(OpcodeRow row) => All[row.Mnemonic];
}

/// <summary>The scalar stack.</summary>
internal static class RefScalars
{
    public static KeyValuePair<string, RefOperation>[] All { get; } =
    [
        new("push", static c => c.Push(c.Immediate(0).I64)),
        new("drop", static c => { c.Pop(); return FaultCode.None; }),
        new("dup", static c => { long a = c.Pop(); c.Push(a); return c.Push(a); }),
        new("swap", static c => { long b = c.Pop(), a = c.Pop(); c.Push(b); return c.Push(a); }),
        new("get", static c => c.Push(c.Frame.Locals[c.Index(0)])),
        new("set", static c => { c.Frame.Locals[c.Index(0)] = c.Pop(); return FaultCode.None; }),
        Two("add", static (a, b) => unchecked(a + b)),
        Two("sub", static (a, b) => unchecked(a - b)),
        Two("mul", static (a, b) => unchecked(a * b)),
        Two("min", static (a, b) => a < b ? a : b),
        Two("max", static (a, b) => a > b ? a : b),
        Two("eq", static (a, b) => a == b ? 1 : 0),
        Two("ne", static (a, b) => a == b ? 0 : 1),
        Two("lt", static (a, b) => a < b ? 1 : 0),
        Two("le", static (a, b) => a > b ? 0 : 1),
        Two("gt", static (a, b) => a > b ? 1 : 0),
        Two("ge", static (a, b) => a < b ? 0 : 1),
        Two("and", static (a, b) => a == 0 || b == 0 ? 0 : 1),
        Two("or", static (a, b) => a == 0 && b == 0 ? 0 : 1),
        new("not", static c => c.Push(c.Pop() == 0 ? 1 : 0)),
    ];

    private static KeyValuePair<string, RefOperation> Two(string mnemonic, Func<long, long, long> of) =>
        new(mnemonic, c => { long b = c.Pop(), a = c.Pop(); return c.Push(of(a, b)); });
}

/// <summary>Data in, out and about.</summary>
internal static class RefMoves
{
    public static KeyValuePair<string, RefOperation>[] All { get; } =
    [
        new("input", Input),
        new("token", static c =>
        {
            long token = c.Pop();
            RefTensor y = RefTensor.New(DType.I32, 1);
            y.I32[0] = unchecked((int)token);
            return token is < 0 or > int.MaxValue ? FaultCode.TokenOutOfRange : c.Write(y);
        }),
        new("tail", static c =>
        {
            RefTensor x = c.In(1);
            int n = (int)c.Immediate(0).U32, row = x.Raw.Length / Math.Max(1, x.Shape[0]);
            return n > x.Shape[0] ? FaultCode.TailTooLong : c.Write(new RefTensor(x.Element, [n, x.Shape[1]], x.Raw[^(n * row)..]));
        }),
        new("rows", static c => c.Push(c.In(0).Shape[0])),
        new("zeros", static c => { (DType element, int[] shape) = c.Declared(0); return c.Write(RefTensor.New(element, shape)); }),
    ];

    private static FaultCode Input(RefContext c)
    {
        Machine.InputTensor given = c.Machine.Program.Inputs[c.Index(1)];
        int symbol = c.Machine.Program.Module.Inputs[c.Index(1)].Symbol;
        TensorType type = c.Machine.Program.Module.Inputs[c.Index(1)].Type;
        if (given.Element != type.Element || given.Shape.Length != type.Rank || type.Shape.Where((d, axis) => !d.IsSymbol && d.Value != given.Shape[axis]).Any())
        {
            return FaultCode.InputRows;
        }

        if (symbol >= 0)
        {
            int rows = given.Shape[0], known = c.Frame.InputRows.GetValueOrDefault(symbol, rows);
            if (rows == 0 || rows > c.Machine.Program.Module.Symbols[symbol].Max || rows != known)
            {
                return rows == 0 ? FaultCode.EmptyInput : rows > c.Machine.Program.Module.Symbols[symbol].Max ? FaultCode.InputTooLong : FaultCode.InputRows;
            }

            c.Frame.InputRows[symbol] = rows;
            c.Machine.Bind(c.Frame, symbol, rows);
        }

        return c.Write(new RefTensor(given.Element, [.. given.Shape], [.. given.Bytes]));
    }
}

/// <summary>States, the response, evidence.</summary>
internal static class RefStates
{
    public static KeyValuePair<string, RefOperation>[] All { get; } =
    [
        new("append", static c =>
        {
            RefState state = c.State(0);
            RefTensor x = c.In(1);
            if (state.Rows + x.Shape[0] > state.Entry.MaxRows)
            {
                return FaultCode.StateFull;
            }

            state.Bytes.AddRange(x.Raw);
            return FaultCode.None;
        }),
        new("read", static c =>
        {
            (DType element, int[] shape) = c.Declared(0);
            RefTensor y = RefTensor.New(element, shape); // as many rows as there were when the step began
            c.State(1).Bytes.GetRange(0, y.Raw.Length).CopyTo(y.Raw);
            return c.Write(y);
        }),
        new("write", static c =>
        {
            RefState state = c.State(0);
            if (c.In(1).Shape[0] > state.Entry.MaxRows)
            {
                return FaultCode.StateFull;
            }

            state.Bytes.Clear();
            state.Bytes.AddRange(c.In(1).Raw);
            return FaultCode.None;
        }),
        new("reset", static c => { c.State(0).Bytes.Clear(); return FaultCode.None; }),
        new("state.len", static c => c.Push(c.State(0).Rows)),
        new("emit", static c =>
        {
            long token = c.Pop();
            if (token is < 0 or > int.MaxValue)
            {
                return FaultCode.TokenOutOfRange;
            }

            c.Machine.Tokens.Add((int)token);
            return FaultCode.None;
        }),
        new("commit", static _ => FaultCode.None),
    ];
}
