using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Weights;

namespace PomIsa.Machine.Operations;

/// <summary>Quantized products of whose values only the place of each row's greatest is wanted (spec/numerics.md, rule 3.3): these are computed some columns at a time and looked through while a cache holds them.</summary>
internal static unsafe class ChosenProducts
{
    /// <summary>Panels at a time: their values of some hundred rows stay in the second cache.</summary>
    private const int PanelsAtOnce = 32;

    private const int ColumnsAtOnce = PanelsAtOnce * Lanes.Count;

    /// <summary>Tells of each row at which column its greatest value is.</summary>
    public static FaultCode Multiply(OpContext c, QuantizedProduct product, BoundWeight w, int* greatest)
    {
        int rows = product.Rows;
        Pieces panels = MatrixOps.CutPanels(c, rows, product.Depth, product.Columns, halfBytesPerWeight: product.Offsets == null ? 2 : 1, stepsPerNanosecond: 120);
        Pieces tiles = Sharing.CutRows(c, rows);
        int each = tiles.Count == 0 ? 0 : Enumerable.Range(0, tiles.Count).Max(t => tiles.To(t) - tiles.From(t)) * ColumnsAtOnce;
        var found = new Found[panels.Count * rows];
        FaultCode code = c.ShareRecorded(tiles.Count * panels.Count, new Work(tiles, panels, product, w, c.Chosen.Get<float>((long)each * c.Pool.Threads), each, found));
        for (int row = 0; row < rows; row++)
        {
            Found best = default;
            for (int piece = 0; piece < panels.Count; piece++)
            {
                best = best.Or(found[(piece * rows) + row]);
            }

            greatest[row] = best.Column;
        }

        return code;
    }

    /// <summary>The greatest value of a row's first columns.</summary>
    private readonly record struct Found(float Value, int Column, bool IsThere)
    {
        /// <summary>The greater of this and what columns behind them have: this if they are equal.</summary>
        public Found Or(Found later) => later.IsThere && (!IsThere || later.Value > Value || (float.IsNaN(later.Value) && !float.IsNaN(Value))) ? later : this;
    }

    private readonly struct Work(Pieces tiles, Pieces panels, QuantizedProduct p, BoundWeight w, float* scratch, int each, Found[] found) : IWork
    {
        public void Item(int item, int worker)
        {
            int tile = item / panels.Count, piece = item % panels.Count, row = tiles.From(tile), rows = tiles.To(tile) - row;
            Span<Found> own = found.AsSpan((piece * p.Rows) + row, rows);
            for (int panel = panels.From(piece); panel < panels.To(piece); panel += PanelsAtOnce)
            {
                int first = panel * Lanes.Count, columns = Math.Min(p.Columns, Math.Min(panels.To(piece), panel + PanelsAtOnce) * Lanes.Count) - first;
                var values = new Span<float>(scratch + ((nint)worker * each), rows * columns);
                Compute(row, rows, panel, columns, values);
                for (int i = 0; i < rows; i++)
                {
                    ReadOnlySpan<float> part = values.Slice(i * columns, columns);
                    int at = Rows.Argmax(part);
                    own[i] = own[i].Or(new Found(part[at], first + at, IsThere: true));
                }
            }
        }

        /// <summary>The values of some rows at the columns from one panel on.</summary>
        private void Compute(int row, int rows, int panel, int columns, Span<float> values)
        {
            int first = panel * Lanes.Count, panels = Panels.Count(columns);
            byte* q = p.Q + ((nint)row * p.Depth);
            var scales = new ReadOnlySpan<float>(p.Scales + row, rows);
            ReadOnlySpan<float> ofColumns = w.Scales.Slice(first, columns);
            if (p.Offsets == null)
            {
                int bytes = p.Depth * Lanes.Count;
                LinearW8.Multiply(
                    new ReadOnlySpan<byte>(q, rows * p.Depth),
                    scales,
                    w.W8.Slice(panel * bytes, panels * bytes),
                    w.ColumnSums.AsSpan(first, panels * Lanes.Count),
                    ofColumns,
                    rows,
                    p.Depth,
                    columns,
                    [],
                    values,
                    0,
                    panels);
                return;
            }

            int groups = p.Depth / LinearW4.Group, nibbles = p.Depth * Lanes.Count / 2;
            LinearW4.Multiply(
                new ReadOnlySpan<sbyte>(q, rows * p.Depth),
                new ReadOnlySpan<int>(p.Offsets + ((nint)row * groups), rows * groups),
                scales,
                w.W4.Slice(panel * nibbles, panels * nibbles),
                w.SubScales.Slice(first * groups, panels * Lanes.Count * groups),
                ofColumns,
                rows,
                p.Depth,
                columns,
                [],
                values,
                0,
                panels);
        }
    }
}
