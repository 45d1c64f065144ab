namespace PomIsa.Kernels;

/// <summary>A row of sums as <see cref="PackedSums"/> stores it.</summary>
/// <param name="Data">Its first byte.</param>
/// <param name="Width">Bits of each sum.</param>
public readonly record struct PackedRow(IntPtr Data, int Width);
