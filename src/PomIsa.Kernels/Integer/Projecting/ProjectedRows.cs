using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Rows that are added up.</summary>
internal unsafe interface IProjectedRows
{
    /// <summary>The first byte of a row.</summary>
    byte* Row(int row);

    /// <summary>16 values of a row from a column on.</summary>
    Vector512<int> Load(byte* row, nint column);

    int One(byte* row, nint column);

    /// <summary>Calls for what <see cref="Load"/> will read of 32 values from a column on.</summary>
    void Expect(byte* row, nint column);
}

/// <summary>Rows of i8, one behind the other, which lie in a cache.</summary>
internal readonly unsafe struct ByteRows(byte* q, byte flip, int depth) : IProjectedRows
{
    public byte* Row(int row) => q + ((nint)row * depth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<int> Load(byte* row, nint column)
    {
        Vector128<sbyte> bytes = (Vector128.Load(row + column) ^ Vector128.Create(flip)).AsSByte();
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512Int32(bytes);
        }

        Vector256<short> words = Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes));
        return Vector512.Create(Vector256.WidenLower(words), Vector256.WidenUpper(words));
    }

    public int One(byte* row, nint column) => (sbyte)(row[column] ^ flip);

    public void Expect(byte* row, nint column)
    {
    }
}
