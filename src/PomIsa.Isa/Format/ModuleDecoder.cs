using System.Collections.Immutable;

namespace PomIsa.Isa.Format;

/// <summary>Hostile bytes to a module. Never throws; memory stays within a small multiple of the bytes.</summary>
internal static class ModuleDecoder
{
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out Module module, out Fault fault)
    {
        module = new Module();
        var r = new ByteReader(bytes, 0, bytes.Length);
        Header(ref r, bytes);
        var parts = new ModuleParts();
        byte last = 0;
        while (!r.Failed && r.Left > 0)
        {
            int at = r.At;
            byte id = r.U8();
            if (id <= last)
            {
                r.Fail(FaultCode.SectionOrder, at);
                break;
            }

            MissingBetween(ref r, last, id, at);
            last = id;
            int outer = r.Enter(r.U32());
            parts.Section(ref r, id, at);
            r.Leave(outer);
        }

        MissingBetween(ref r, last, 0xff, r.At);
        fault = r.Fault;
        if (r.Failed)
        {
            return false;
        }

        module = parts.Build();
        return true;
    }

    private static void Header(ref ByteReader r, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Limits.ModuleBytes)
        {
            r.Fail(FaultCode.ModuleTooLarge, Limits.ModuleBytes);
            return;
        }

        ReadOnlySpan<byte> magic = r.Take(SectionId.Magic.Length);
        if (!r.Failed && !magic.SequenceEqual(SectionId.Magic))
        {
            r.Fail(FaultCode.BadMagic, 0);
        }

        uint version = r.Fixed32();
        if (!r.Failed && version != SectionId.Version)
        {
            r.Fail(FaultCode.BadVersion, SectionId.Magic.Length);
        }
    }

    /// <summary>The sections Functions, Code and Entry must stand before whatever comes after them.</summary>
    private static void MissingBetween(ref ByteReader r, byte last, byte next, int at)
    {
        for (byte required = SectionId.Functions; required <= SectionId.Entry; required++)
        {
            if (last < required && next > required)
            {
                r.Fail(FaultCode.MissingSection, at);
            }
        }
    }
}
