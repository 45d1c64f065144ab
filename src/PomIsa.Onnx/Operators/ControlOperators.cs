using PomIsa.Isa;
using PomIsa.Onnx.Lowering;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;

namespace PomIsa.Onnx.Operators;

/// <summary>Branches and loops. What decides them must be known when the model is compiled; a loop is written out.</summary>
internal static class ControlOperators
{
    private const int MaxRounds = 4096;

    public static (string, Lower)[] All { get; } =
    [
        ("If", If),
        ("Loop", Loop),
        ("Scan", Scan),
    ];

    private static void If(NodeContext n)
    {
        GraphProto branch = n.Subgraph(n.Constants(0)[0] != 0 ? "then_branch" : "else_branch");
        Val[] results = n.Graph.Subgraph(branch, n.Scope);
        for (int i = 0; i < results.Length; i++)
        {
            n.Output(i, results[i]);
        }
    }

    private static void Loop(NodeContext n)
    {
        long most = n.OptionalConstants(0)?[0] ?? long.MaxValue;
        bool goes = (n.OptionalConstants(1)?[0] ?? 1) != 0;
        GraphProto body = n.Subgraph("body");
        Val[] carried = [.. Enumerable.Range(2, Math.Max(n.Inputs - 2, 0)).Select(n.Input)];
        var scans = new List<Val>[body.Output.Count - 1 - carried.Length];
        for (int i = 0; i < scans.Length; i++)
        {
            scans[i] = [];
        }

        for (long round = 0; goes && round < most; round++)
        {
            if (round == MaxRounds)
            {
                throw new OnnxException($"a loop goes round more than {MaxRounds} times");
            }

            Val[] results = n.Graph.Subgraph(body, n.Scope, [Val.Of(HostTensor.OfInt64([], round)), Condition(goes), .. carried]);
            goes = NodeContext.ConstantsOf(results[0], "the loop's condition")[0] != 0;
            carried = results[1..(1 + carried.Length)];
            for (int i = 0; i < scans.Length; i++)
            {
                scans[i].Add(results[1 + carried.Length + i]);
            }
        }

        for (int i = 0; i < carried.Length; i++)
        {
            n.Output(i, carried[i]);
        }

        for (int i = 0; i < scans.Length; i++)
        {
            n.Output(carried.Length + i, Stack(n, scans[i], 0, body.Output[1 + carried.Length + i]));
        }
    }

    private static Val Condition(bool value) => new(OnnxType.Bool, Reg.OfBytes(DType.Bool, [], [value ? (byte)1 : (byte)0]));

    /// <summary>Results of the rounds along a new axis.</summary>
    private static Val Stack(NodeContext n, List<Val> rounds, int axis, ValueInfoProto declared)
    {
        if (rounds.Count == 0)
        {
            var type = (OnnxType)(declared.Type?.TensorType?.ElemType ?? 1);
            int[] shape = [0, .. (declared.Type?.TensorType?.Shape?.Dim ?? []).Select(static d => (int)d.DimValue)];
            return new Val(type, Reg.OfBytes(OnnxTypes.CarrierOf(type), shape, []));
        }

        int at = axis < 0 ? axis + rounds[0].Rank + 1 : axis;
        Reg[] parts = [.. rounds.Select(r => n.E.Reshape(r.Reg, [.. r.Shape[..at], 1, .. r.Shape[at..]]))];
        return rounds[0] with { Reg = MoveOperators.ConcatAll(n.E, parts, at) };
    }

    private static void Scan(NodeContext n)
    {
        if (n.Opset < 9)
        {
            ScanBatches(n);
            return;
        }

        int scanned = (int)n.Int("num_scan_inputs", 0), states = n.Inputs - scanned;
        Val[] results = Rounds(n, [.. Enumerable.Range(0, states).Select(n.Input)], [.. Enumerable.Range(states, scanned).Select(n.Input)]);
        for (int i = 0; i < results.Length; i++)
        {
            n.Output(i, results[i]);
        }
    }

    /// <summary>The first version had a batch axis in front of everything, and lengths as its first input.</summary>
    private static void ScanBatches(NodeContext n)
    {
        if (n.Optional(0) is not null)
        {
            throw new OnnxException("scans with lengths of their own are not supported");
        }

        int scanned = (int)n.Int("num_scan_inputs", 0), states = n.Inputs - 1 - scanned, batch = n.Input(1).Shape[0];
        var all = new List<Val[]>();
        for (int b = 0; b < batch; b++)
        {
            Val One(int i)
            {
                Val x = n.Input(i);
                return x with { Reg = n.E.Reshape(MoveOperators.SliceAxis(n.E, x.Reg, 0, b, 1, 1), x.Shape.AsSpan(1)) };
            }

            all.Add(Rounds(n, [.. Enumerable.Range(1, states).Select(One)], [.. Enumerable.Range(1 + states, scanned).Select(One)]));
        }

        for (int i = 0; i < all[0].Length; i++)
        {
            n.Output(i, Stack(n, [.. all.Select(r => r[i])], 0, new ValueInfoProto()));
        }
    }

    private static Val[] Rounds(NodeContext n, Val[] states, Val[] scanned)
    {
        GraphProto body = n.Subgraph("body");
        long[] axes = n.Ints("scan_input_axes") ?? new long[scanned.Length], backwards = n.Ints(n.Opset < 9 ? "directions" : "scan_input_directions") ?? new long[scanned.Length];
        int[] along = [.. scanned.Select((s, i) => NodeContext.Axis(axes[i], s.Rank))];
        int rounds = scanned.Length == 0 ? 0 : scanned[0].Shape[along[0]];
        if (rounds > MaxRounds)
        {
            throw new OnnxException($"a scan goes round more than {MaxRounds} times");
        }

        int outputs = body.Output.Count - states.Length;
        var results = new List<Val>[outputs];
        for (int i = 0; i < outputs; i++)
        {
            results[i] = [];
        }

        int own = states.Length;
        for (int round = 0; round < rounds; round++)
        {
            Val[] items = [.. scanned.Select((s, i) => s with
            {
                Reg = n.E.Reshape(MoveOperators.SliceAxis(n.E, s.Reg, along[i], backwards[i] != 0 ? rounds - 1 - round : round, 1, 1),
                    [.. s.Shape.Where((_, axis) => axis != along[i])]),
            })];
            Val[] given = n.Graph.Subgraph(body, n.Scope, [.. states, .. items]);
            states = given[..own];
            for (int i = 0; i < outputs; i++)
            {
                results[i].Add(given[own + i]);
            }
        }

        long[] placed = n.Ints("scan_output_axes") ?? new long[outputs], reversed = n.Ints("scan_output_directions") ?? new long[outputs];
        return
        [
            .. states,
            .. results.Select((list, i) =>
            {
                List<Val> order = reversed[i] != 0 ? [.. Enumerable.Reverse(list)] : list;
                return Stack(n, order, (int)placed[i], body.Output[own + i]);
            }),
        ];
    }
}
