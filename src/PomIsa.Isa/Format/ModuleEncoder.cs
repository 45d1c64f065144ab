using System.Collections.Immutable;

namespace PomIsa.Isa.Format;

/// <summary>Module to bytes: the one encoding that the decoder accepts.</summary>
internal static class ModuleEncoder
{
    public static byte[] Encode(Module module, bool customs)
    {
        var o = new ByteWriter();
        o.Bytes(SectionId.Magic);
        o.Fixed32(SectionId.Version);
        List(o, SectionId.Symbols, module.Symbols, static (w, s) => w.Index(s.Max));
        List(o, SectionId.Weights, module.Weights, Weight);
        List(o, SectionId.States, module.States, State);
        List(o, SectionId.Inputs, module.Inputs, static (w, i) => Type(w, i.Type));
        List(o, SectionId.Functions, module.Functions, Signature, required: true);
        List(o, SectionId.Code, module.Functions, (w, f) => CodeEncoder.Body(w, f, module), required: true);
        Section(o, SectionId.Entry, w => w.Index(module.Entry));
        List(o, SectionId.Data, module.Data, static (w, d) =>
        {
            w.Index(d.Weight);
            w.Index(d.Bytes.Length);
            w.Bytes(d.Bytes.AsSpan());
        });
        if (customs)
        {
            CustomEncoder.Write(o, module);
        }

        return o.Written.ToArray();
    }

    /// <summary>A section: id, length, content.</summary>
    public static void Section(ByteWriter o, byte id, Action<ByteWriter> content)
    {
        var body = new ByteWriter();
        content(body);
        o.U8(id);
        o.Sized(body);
    }

    private static void List<T>(
        ByteWriter o, byte id, ImmutableArray<T> items, Action<ByteWriter, T> write, bool required = false)
    {
        if (items.Length == 0 && !required)
        {
            return;
        }

        Section(o, id, body =>
        {
            body.Index(items.Length);
            foreach (T item in items)
            {
                write(body, item);
            }
        });
    }

    private static void Weight(ByteWriter o, WeightEntry weight)
    {
        o.Text(weight.Name, Limits.NameBytes);
        o.U8((byte)weight.Element);
        Numbers(o, weight.Shape);
        o.U8((byte)weight.Layout);
        o.Bytes(weight.Digest.ToArray());
    }

    private static void State(ByteWriter o, StateEntry state)
    {
        o.U8((byte)state.Element);
        Numbers(o, state.Row);
        o.Index(state.Symbol);
        o.Index(state.MaxRows);
    }

    private static void Signature(ByteWriter o, Function function)
    {
        o.U8((byte)function.Kind);
        o.Index(function.ParameterCount);
        o.Index(function.ResultCount);
        o.Index(function.LocalCount);
        o.Index(function.Registers.Length);
        foreach (TensorType type in function.Registers)
        {
            Type(o, type);
        }
    }

    /// <summary>Element type, rank, and each dimension as 2 · value, or 2 · symbol + 1.</summary>
    private static void Type(ByteWriter o, TensorType type)
    {
        o.U8((byte)type.Element);
        o.U8((byte)type.Rank);
        foreach (Dim dim in type.Shape)
        {
            o.U32(dim.IsSymbol ? checked(((uint)dim.Symbol << 1) | 1) : (uint)dim.Value << 1);
        }
    }

    private static void Numbers(ByteWriter o, ImmutableArray<int> numbers)
    {
        o.U8((byte)numbers.Length);
        foreach (int number in numbers)
        {
            o.Index(number);
        }
    }
}
