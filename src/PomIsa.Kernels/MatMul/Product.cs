using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>The operands of one f32 product y = x · w, whose sums keep the order of spec/numerics.md, rule 3.</summary>
/// <param name="x">Element (t, k) at <c>t · xRow + k · xStep</c>.</param>
/// <param name="w">Weight (k, n) where its format says, with byte strides <c>wRow</c> for k and <c>wPanel</c> for 16 columns.</param>
/// <param name="y">Element (t, n) at <c>t · yRow + n</c>.</param>
/// <param name="rows">T.</param>
/// <param name="depth">K.</param>
/// <param name="columns">N.</param>
/// <param name="onto">y holds a sum already, that of the blocks before these.</param>
internal readonly unsafe struct Product(
    float* x, nint xRow, nint xStep, void* w, nint wRow, nint wPanel, float* y, nint yRow, int rows, int depth, int columns, bool onto = false)
{
    public readonly float* X = x, Y = y;

    public readonly nint XRow = xRow, XStep = xStep, WRow = wRow, WPanel = wPanel, YRow = yRow;

    public readonly byte* W = (byte*)w;

    public readonly int Rows = rows, Depth = depth, Columns = columns;

    public readonly bool Onto = onto;

    /// <summary>Computes y. No loop splits a sum, so rows, columns and their tiles may come in any order.</summary>
    public void Run<TWeight>()
        where TWeight : struct, IWeight
    {
        if (Depth == 0 && !Onto)
        {
            for (int t = 0; t < Rows; t++)
            {
                new Span<float>(Y + (t * YRow), Columns).Clear();
            }
        }
        else if (Rows <= NarrowProduct.MostRows && XStep == 1 && IsRead<TWeight>())
        {
            NarrowProduct.Run<TWeight>(this);
        }
        else
        {
            WideProduct.Run<TWeight>(this);
        }
    }

    /// <summary>Whether tiles can read w where it lies: 16 columns side by side, even where fewer are meant.</summary>
    private bool IsRead<TWeight>()
        where TWeight : struct, IWeight =>
        TWeight.InRows && (Avx512F.IsSupported || TWeight.Size == sizeof(float)) && (IsPanels<TWeight>() || Columns % Lanes.Count == 0);

    /// <summary>Whether w is in stored panels: contiguous, and zero up to the sixteenth column.</summary>
    public bool IsPanels<TWeight>()
        where TWeight : struct, IWeight => TWeight.InRows && WRow == TWeight.Size * Lanes.Count;
}
