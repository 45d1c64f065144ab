using PomIsa.Isa;
using PomIsa.Kernels;
using Ref = PomIsa.Kernels.Reference;

namespace PomIsa.Fuzz.Reference;

/// <summary>Many values to one, along the last axis.</summary>
internal static class RefReductions
{
    private delegate float Row(ReadOnlySpan<float> x);

    public static KeyValuePair<string, RefOperation>[] All { get; } =
    [
        new("argmax", static c =>
        {
            c.Work = (ulong)c.In(0).Length;
            return c.Push(c.In(0).Length == 0 ? 0 : Ref.Rows.Argmax(c.In(0).F32));
        }),
        new("sample", static c =>
        {
            RefTensor x = c.In(0);
            long position = c.Pop();
            c.Work = 4 * (ulong)x.Length;
            var run = c.Machine.Program.Sampling;
            return c.Push(x.Length == 0 ? 0
                : run.Kind == Evidence.Records.SamplingKind.Greedy ? Ref.Rows.Argmax(x.F32)
                : Ref.Sampling.Draw(x.F32.ToArray(), BitConverter.UInt32BitsToSingle(run.TemperatureBits), BitConverter.UInt32BitsToSingle(run.TopPBits), run.TopK, run.Seed, position));
        }),
        Fold("sum", Ref.Rows.Sum16, 0, static (a, b) => unchecked(a + b)),
        Fold("mean", static x => Lanes.Canonical(Ref.Rows.Sum16(x) / x.Length), 0, null),
        Fold("reduce.prod", Ref.Reductions.Product, 1, static (a, b) => unchecked(a * b)),
        Fold("reduce.max", static x => Ref.Reductions.Extreme(x, 1), null, Math.Max),
        Fold("reduce.min", static x => Ref.Reductions.Extreme(x, -1), null, Math.Min),
        new("vargmax", static c => Best(c, c.In(1), 1, indicesOnly: true)),
        new("topk", static c => Best(c, c.In(2), (int)c.Immediate(0).U32, indicesOnly: false)),
        new("cumsum", static c =>
        {
            RefTensor x = c.In(1), y = RefTensor.New(x.Element, x.Shape);
            for (int i = 0; i < x.Length; i++)
            {
                bool first = i % x.Columns == 0;
                if (x.Element == DType.F32)
                {
                    y.F32[i] = Lanes.Canonical(first ? x.F32[i] : y.F32[i - 1] + x.F32[i]);
                }
                else
                {
                    y.SetInteger(i, first ? x.Integer(i) : unchecked(y.Integer(i - 1) + x.Integer(i)));
                }
            }

            c.Work = (ulong)x.Length;
            return c.Write(y);
        }),
    ];

    /// <param name="mnemonic">The opcode.</param>
    /// <param name="of">One row of f32.</param>
    /// <param name="start">What integers begin with; null: the end of the type's range that loses against every value.</param>
    /// <param name="whole">One integer more.</param>
    private static KeyValuePair<string, RefOperation> Fold(string mnemonic, Row of, long? start, Func<long, long, long>? whole) => new(mnemonic, c =>
    {
        RefTensor x = c.In(1), y = RefTensor.New(x.Element, [.. x.Shape[..^1], 1]);
        for (int row = 0; row < x.Rows; row++)
        {
            if (x.Element == DType.F32)
            {
                y.F32[row] = of(x.F32.Slice(row * x.Columns, x.Columns));
                continue;
            }

            bool least = mnemonic == "reduce.min";
            long none = x.Element == DType.I64 ? (least ? long.MaxValue : long.MinValue) : least ? int.MaxValue : int.MinValue, value = start ?? none;
            for (int i = 0; i < x.Columns; i++)
            {
                value = whole!(value, x.Integer((row * x.Columns) + i));
            }

            y.SetInteger(row, value);
        }

        c.Work = (ulong)x.Length;
        return c.Write(y);
    });

    /// <summary>The first k of rule 9.4's order.</summary>
    private static FaultCode Best(RefContext c, RefTensor x, int k, bool indicesOnly)
    {
        RefTensor values = RefTensor.New(x.Element, [.. x.Shape[..^1], k]), ids = RefTensor.New(DType.I64, values.Shape);
        for (int row = 0; row < x.Rows; row++)
        {
            int start = row * x.Columns;
            int[] order = x.Element == DType.F32
                ? Ref.Reductions.TopK(x.F32.Slice(start, x.Columns), Math.Min(k, x.Columns))
                : [.. Enumerable.Range(0, x.Columns).OrderByDescending(i => x.Integer(start + i)).Take(k)];
            for (int i = 0; i < order.Length; i++)
            {
                ids.I64[(row * k) + i] = order[i];
                x.At(start + order[i]).CopyTo(values.At((row * k) + i));
                if (x.Element == DType.F32)
                {
                    values.F32[(row * k) + i] = Lanes.Canonical(values.F32[(row * k) + i]);
                }
            }
        }

        c.Work = (ulong)x.Length;
        return indicesOnly ? c.Write(ids) : Both();

        FaultCode Both()
        {
            c.Write(values);
            return c.Write(ids);
        }
    }
}
