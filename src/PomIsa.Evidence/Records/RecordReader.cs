using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace PomIsa.Evidence.Records;

/// <summary>Reads records from bytes that may be anyone's: one pass, each field checked before it is used.</summary>
internal static class RecordReader
{
    internal static bool TryRead(ReadOnlySpan<byte> entry, out Record record, out RecordFault fault)
    {
        record = null!;
        var from = new Cursor(entry);
        if (entry.Length > Record.MaxEntryBytes)
        {
            from.Fail(RecordFaultCode.TooLong, Record.MaxEntryBytes);
        }

        if (!from.Take(RecordWriter.Magic.Length).SequenceEqual(RecordWriter.Magic) && !from.Failed)
        {
            from.Fail(RecordFaultCode.NotARecord, 0);
        }

        byte version = from.Byte();
        if (version is not (Record.Version or Record.PrivateVersion))
        {
            from.Fail(RecordFaultCode.UnknownVersion);
        }

        bool isPrivate = version == Record.PrivateVersion;
        Record? read = (RecordKind)from.Byte() switch
        {
            RecordKind.RunOpen => ReadRunOpen(ref from, isPrivate),
            RecordKind.Retire => ReadRetire(ref from, isPrivate),
            RecordKind.RunClose => ReadRunClose(ref from, isPrivate),
            _ => null,
        };
        if (read is null)
        {
            from.Fail(RecordFaultCode.UnknownKind);
        }

        if (from.At < entry.Length)
        {
            from.Fail(RecordFaultCode.Trailing, from.At);
        }

        fault = from.Fault;
        if (from.Failed)
        {
            return false;
        }

        record = read!;
        return true;
    }

    private static RunOpen ReadRunOpen(ref Cursor from, bool isPrivate)
    {
        Digest program = from.Digest();
        Digest weights = from.Digest();
        uint numerics = from.UInt32();
        Digest prompt = from.Digest();
        int at = from.At;
        var sampling = new SamplingParameters((SamplingKind)from.Byte(), from.UInt64(), from.UInt32(), from.UInt32(), from.UInt32());
        if (!sampling.IsCanonical)
        {
            from.Fail(RecordFaultCode.NotCanonical, at);
        }

        Digest trigger = from.Digest();
        RunBounds? bounds = null;
        switch (from.Byte())
        {
            case 0:
                break;
            case 1:
                bounds = new RunBounds(from.UInt64(), from.UInt32(), from.UInt32());
                break;
            default:
                from.Fail(RecordFaultCode.UnknownKind);
                break;
        }

        return new RunOpen(program, weights, numerics, prompt, sampling, trigger, bounds) { Private = isPrivate ? ReadTerms(ref from) : null };
    }

    private static PrivateTerms ReadTerms(ref Cursor from)
    {
        var mode = (PrivacyMode)from.Byte();
        if (mode is not (PrivacyMode.Tokens or PrivacyMode.All))
        {
            from.Fail(RecordFaultCode.UnknownKind);
        }

        return new PrivateTerms(mode, from.Digest());
    }

    private static Retire ReadRetire(ref Cursor from, bool isPrivate)
    {
        Digest run = from.Digest();
        ulong sequence = Sequence(ref from);
        var head = new RetireHead(run, sequence, from.UInt32(), from.UInt16(), from.UInt32(), from.UInt16()) { Tokens = isPrivate ? from.UInt32() : 0 };
        ImmutableArray<SymbolChange> symbols = Symbols(ref from);
        byte tag = from.Byte();
        if (isPrivate ? tag is RecordWriter.ScalarsTag or > RecordWriter.SaltedCommitmentsTag : tag > RecordWriter.ScalarsTag)
        {
            from.Fail(RecordFaultCode.UnknownKind);
        }

        int outputs = from.Byte();
        if (outputs == 0 && tag != RecordWriter.CommitmentsTag)
        {
            from.Fail(RecordFaultCode.NotCanonical);
        }

        ImmutableArray<long> scalars = tag == RecordWriter.ScalarsTag ? Scalars(ref from, outputs) : [];
        ImmutableArray<Digest> digests = tag == RecordWriter.ScalarsTag ? [] : Digests(ref from, outputs);
        bool plain = tag == RecordWriter.CommitmentsTag;
        return new Retire(head, symbols, plain ? digests : [], scalars)
        {
            IsPrivate = isPrivate,
            Salted = plain ? [] : digests,
            SaltsScalars = tag == RecordWriter.SaltedScalarsTag,
        };
    }

    // Lists are only made where their bytes are there: a count is a stranger's word.
    private static ImmutableArray<SymbolChange> Symbols(ref Cursor from)
    {
        int count = from.Byte();
        if (!from.Holds(5 * count))
        {
            return [];
        }

        var symbols = new SymbolChange[count];
        for (int i = 0, last = -1; i < count; i++)
        {
            symbols[i] = new SymbolChange(from.Byte(), from.UInt32());
            if (symbols[i].Index <= last)
            {
                from.Fail(RecordFaultCode.NotCanonical, from.At - 5);
            }

            last = symbols[i].Index;
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(symbols);
    }

    private static ImmutableArray<long> Scalars(ref Cursor from, int count)
    {
        if (!from.Holds(8 * count))
        {
            return [];
        }

        var scalars = new long[count];
        foreach (ref long scalar in scalars.AsSpan())
        {
            scalar = (long)from.UInt64();
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(scalars);
    }

    private static ImmutableArray<Digest> Digests(ref Cursor from, int count)
    {
        if (!from.Holds(PomIsa.Digest.Size * count))
        {
            return [];
        }

        var digests = new Digest[count];
        foreach (ref Digest digest in digests.AsSpan())
        {
            digest = from.Digest();
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(digests);
    }

    private static RunClose ReadRunClose(ref Cursor from, bool isPrivate)
    {
        var close = new RunClose(from.Digest(), Sequence(ref from), from.Digest(), from.UInt32(), from.UInt64(), (RunStatus)from.Byte()) { IsPrivate = isPrivate };
        if (close.Status is not (RunStatus.Finished or RunStatus.Abandoned))
        {
            from.Fail(RecordFaultCode.UnknownKind);
        }

        return close;
    }

    private static ulong Sequence(ref Cursor from)
    {
        ulong sequence = from.UInt64();
        if (sequence == 0)
        {
            from.Fail(RecordFaultCode.NotCanonical, from.At - 8);
        }

        return sequence;
    }

    // The first fault is kept; after it every field reads as zero.
    private ref struct Cursor(ReadOnlySpan<byte> entry)
    {
        private static readonly byte[] Zeros = new byte[PomIsa.Digest.Size];
        private readonly ReadOnlySpan<byte> _entry = entry;

        internal int At { get; private set; }

        internal RecordFault Fault { get; private set; }

        internal readonly bool Failed => Fault.Code != RecordFaultCode.None;

        internal void Fail(RecordFaultCode code) => Fail(code, At - 1);

        internal void Fail(RecordFaultCode code, int at) => Fault = Failed ? Fault : new RecordFault(code, at);

        /// <summary>Whether a list is there and not empty; one that is cut off is a fault.</summary>
        internal bool Holds(int bytes)
        {
            if (bytes > _entry.Length - At)
            {
                Fail(RecordFaultCode.Truncated, _entry.Length);
            }

            return bytes > 0 && !Failed;
        }

        internal ReadOnlySpan<byte> Take(int bytes)
        {
            if (bytes > _entry.Length - At)
            {
                Fail(RecordFaultCode.Truncated, _entry.Length);
            }

            if (Failed)
            {
                return Zeros.AsSpan(0, bytes);
            }

            At += bytes;
            return _entry.Slice(At - bytes, bytes);
        }

        internal byte Byte() => Take(1)[0];

        internal ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

        internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

        internal ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

        internal Digest Digest() => new(Take(PomIsa.Digest.Size));
    }
}
