using System.Collections.Immutable;

namespace PomIsa.Isa.Format;

/// <summary>Types, weights and states from bytes.</summary>
internal static class DeclarationReader
{
    /// <summary>Smallest numbers first: 2 · value for a constant, 2 · symbol + 1 for a symbol.</summary>
    public static TensorType Type(ref ByteReader r, int symbols)
    {
        DType element = Element(ref r);
        int rank = Rank(ref r);
        var shape = ImmutableArray.CreateBuilder<Dim>(rank);
        for (int i = 0; i < rank; i++)
        {
            int at = r.At;
            uint coded = r.U32();
            int value = (int)(coded >> 1);
            if ((coded & 1) != 0 && value >= symbols)
            {
                r.Fail(FaultCode.BadIndex, at);
            }

            shape.Add((coded & 1) != 0 ? Dim.OfSymbol(value) : Dim.Of(value));
        }

        return new TensorType(element, shape.MoveToImmutable());
    }

    public static WeightEntry Weight(ref ByteReader r)
    {
        int at = r.At;
        string name = r.Text(Limits.NameBytes);
        if (name.Length == 0)
        {
            r.Fail(FaultCode.BadText, at);
        }

        DType element = Element(ref r);
        ImmutableArray<int> shape = Numbers(ref r);
        var layout = (WeightLayout)r.ByteUpTo((byte)WeightLayout.Panels16);
        ReadOnlySpan<byte> digest = r.Take(Digest.Size);
        return new WeightEntry(name, element, shape, layout, digest.Length == Digest.Size ? new Digest(digest) : default);
    }

    public static StateEntry State(ref ByteReader r, int symbols)
    {
        DType element = Element(ref r);
        ImmutableArray<int> row = Numbers(ref r);
        int symbol = r.UpTo(symbols - 1L, FaultCode.BadIndex);
        return new StateEntry(element, row, symbol, r.UpTo(int.MaxValue, FaultCode.BadValue));
    }

    /// <summary>Contents of a weight; weights come in ascending order.</summary>
    /// <param name="r">Stands before the index.</param>
    /// <param name="weights">How many weights there are.</param>
    /// <param name="last">Index of the one before, or -1.</param>
    public static WeightData Data(ref ByteReader r, int weights, ref int last)
    {
        int at = r.At;
        int weight = r.UpTo(weights - 1L, FaultCode.BadIndex);
        if (weight <= last)
        {
            r.Fail(FaultCode.SectionOrder, at);
        }

        last = weight;
        at = r.At;
        int length = r.Count(Limits.DataBytes, 1);
        if (length == 0)
        {
            r.Fail(FaultCode.BadValue, at);
        }

        return new WeightData(weight, [.. r.Take(length)]);
    }

    private static DType Element(ref ByteReader r)
    {
        int at = r.At;
        var element = (DType)r.U8();
        if (!DTypes.IsKnown(element))
        {
            r.Fail(FaultCode.BadType, at);
        }

        return element;
    }

    private static int Rank(ref ByteReader r)
    {
        int at = r.At;
        byte rank = r.U8();
        if (rank > Limits.Rank)
        {
            r.Fail(FaultCode.BadType, at);
        }

        return r.Failed ? 0 : rank;
    }

    private static ImmutableArray<int> Numbers(ref ByteReader r)
    {
        int rank = Rank(ref r);
        var numbers = ImmutableArray.CreateBuilder<int>(rank);
        for (int i = 0; i < rank; i++)
        {
            numbers.Add(r.UpTo(int.MaxValue, FaultCode.BadValue));
        }

        return numbers.MoveToImmutable();
    }
}
