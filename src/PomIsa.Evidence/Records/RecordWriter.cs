using System.Buffers.Binary;

namespace PomIsa.Evidence.Records;

/// <summary>Writes records in their one binary form; nothing is allocated.</summary>
public static class RecordWriter
{
    /// <summary>Bytes of a run's opening record, at most.</summary>
    public const int MaxRunOpenBytes = HeadBytes + (4 * Digest.Size) + 4 + 21 + 1 + BoundsBytes + TermsBytes;

    /// <summary>Bytes of a run's closing record.</summary>
    public const int RunCloseBytes = HeadBytes + Digest.Size + 8 + Digest.Size + 4 + 8 + 1;

    internal const int HeadBytes = 6;
    internal const int BoundsBytes = 16;
    internal const int TermsBytes = 1 + Digest.Size;
    internal const byte CommitmentsTag = 0;
    internal const byte ScalarsTag = 1;
    internal const byte SaltedScalarsTag = 2;
    internal const byte SaltedCommitmentsTag = 3;

    internal static ReadOnlySpan<byte> Magic => "PISR"u8;

    /// <summary>Bytes of a retire record with so many symbol changes, commitments and scalars.</summary>
    public static int RetireBytes(int symbols, int commitments, int scalars) =>
        HeadBytes + Digest.Size + 8 + 4 + 2 + 4 + 2 + 1 + (5 * symbols) + 2 + (Digest.Size * commitments) + (8 * scalars);

    /// <summary>Bytes of a private run's retire record with so many symbol changes and outputs.</summary>
    public static int PrivateRetireBytes(int symbols, int outputs) => RetireBytes(symbols, outputs, 0) + sizeof(uint);

    /// <summary>Writes a run's opening record; returns its length.</summary>
    /// <exception cref="ArgumentException">No room, or sampling parameters or private terms that a record can't hold.</exception>
    public static int WriteRunOpen(Span<byte> destination, RunOpen open)
    {
        if (!open.Sampling.IsCanonical || open.Private is { Mode: not (PrivacyMode.Tokens or PrivacyMode.All) })
        {
            throw new ArgumentException("These sampling parameters, or these private terms, have no canonical form.", nameof(open));
        }

        var to = new Cursor(destination, RecordKind.RunOpen, open.Private is not null);
        to.Write(open.Program);
        to.Write(open.Weights);
        to.Write(open.Numerics);
        to.Write(open.Prompt);
        to.Write((byte)open.Sampling.Kind);
        to.Write(open.Sampling.Seed);
        to.Write(open.Sampling.TemperatureBits);
        to.Write(open.Sampling.TopPBits);
        to.Write(open.Sampling.TopK);
        to.Write(open.Trigger);
        to.Write((byte)(open.Bounds is null ? 0 : 1));
        if (open.Bounds is { } bounds)
        {
            to.Write(bounds.Retires);
            to.Write(bounds.Steps);
            to.Write(bounds.Tokens);
        }

        if (open.Private is { } terms)
        {
            to.Write((byte)terms.Mode);
            to.Write(terms.Check);
        }

        return to.Length;
    }

    /// <summary>Writes the record of an opcode whose outputs are tensors (or that has none); returns its length.</summary>
    /// <exception cref="ArgumentException">No room, sequence 0, too many symbols or outputs, or symbols that don't ascend.</exception>
    public static int WriteRetire(Span<byte> destination, in RetireHead head, ReadOnlySpan<SymbolChange> symbols, ReadOnlySpan<Digest> commitments)
    {
        Cursor to = BeginRetire(destination, head, symbols, commitments.Length, CommitmentsTag, isPrivate: false);
        foreach (Digest commitment in commitments)
        {
            to.Write(commitment);
        }

        return to.Length;
    }

    /// <summary>Writes the record of an opcode that pushed scalars; returns its length.</summary>
    /// <exception cref="ArgumentException">No room, sequence 0, too many symbols or outputs, or symbols that don't ascend.</exception>
    public static int WriteRetire(Span<byte> destination, in RetireHead head, ReadOnlySpan<SymbolChange> symbols, ReadOnlySpan<long> scalars)
    {
        Cursor to = BeginRetire(destination, head, symbols, scalars.Length, scalars.IsEmpty ? CommitmentsTag : ScalarsTag, isPrivate: false);
        foreach (long scalar in scalars)
        {
            to.Write((ulong)scalar);
        }

        return to.Length;
    }

    /// <summary>Writes a retire record of a private run; returns its length.</summary>
    /// <param name="destination">Room.</param>
    /// <param name="head">Its head, with the tokens emitted before.</param>
    /// <param name="symbols">Symbols that changed.</param>
    /// <param name="outputs">Commitments as they are, or outputs under salt.</param>
    /// <param name="kind">Which of them.</param>
    /// <exception cref="ArgumentException">No room, sequence 0, too many symbols or outputs, or symbols that don't ascend.</exception>
    public static int WritePrivateRetire(Span<byte> destination, in RetireHead head, ReadOnlySpan<SymbolChange> symbols, ReadOnlySpan<Digest> outputs, PrivateOutput kind)
    {
        byte tag = outputs.IsEmpty ? CommitmentsTag : kind switch
        {
            PrivateOutput.SaltedScalars => SaltedScalarsTag,
            PrivateOutput.SaltedCommitments => SaltedCommitmentsTag,
            _ => CommitmentsTag,
        };
        Cursor to = BeginRetire(destination, head, symbols, outputs.Length, tag, isPrivate: true);
        foreach (Digest output in outputs)
        {
            to.Write(output);
        }

        return to.Length;
    }

    /// <summary>Writes a run's closing record; returns its length.</summary>
    /// <exception cref="ArgumentException">No room, sequence 0, or a status that doesn't exist.</exception>
    public static int WriteRunClose(Span<byte> destination, RunClose close)
    {
        if (close.Sequence == 0 || close.Status is not (RunStatus.Finished or RunStatus.Abandoned))
        {
            throw new ArgumentException("A closing record has a status and comes after the opening one.", nameof(close));
        }

        var to = new Cursor(destination, RecordKind.RunClose, close.IsPrivate);
        to.Write(close.RunId);
        to.Write(close.Sequence);
        to.Write(close.Response);
        to.Write(close.Tokens);
        to.Write(close.Retired);
        to.Write((byte)close.Status);
        return to.Length;
    }

    /// <summary>Writes any record; returns its length.</summary>
    /// <exception cref="ArgumentException">As for the record's own function.</exception>
    public static int Write(Span<byte> destination, Record record) => record switch
    {
        RunOpen open => WriteRunOpen(destination, open),
        RunClose close => WriteRunClose(destination, close),
        Retire { IsPrivate: true, Scalars.IsEmpty: true } retire when retire.Salted.IsEmpty || retire.Commitments.IsEmpty => WritePrivateRetire(
            destination,
            retire.Head,
            retire.Symbols.AsSpan(),
            retire.Salted.IsEmpty ? retire.Commitments.AsSpan() : retire.Salted.AsSpan(),
            retire.Salted.IsEmpty ? PrivateOutput.Commitments : retire.SaltsScalars ? PrivateOutput.SaltedScalars : PrivateOutput.SaltedCommitments),
        Retire { IsPrivate: true } or Retire { Salted.IsEmpty: false } => throw new ArgumentException("A private run's record holds commitments or salted outputs; no other has salted ones.", nameof(record)),
        Retire { Scalars.IsEmpty: true } retire => WriteRetire(destination, retire.Head, retire.Symbols.AsSpan(), retire.Commitments.AsSpan()),
        Retire { Commitments.IsEmpty: true } retire => WriteRetire(destination, retire.Head, retire.Symbols.AsSpan(), retire.Scalars.AsSpan()),
        _ => throw new ArgumentException("A retire record holds commitments or scalars, not both.", nameof(record)),
    };

    private static Cursor BeginRetire(Span<byte> destination, in RetireHead head, ReadOnlySpan<SymbolChange> symbols, int outputs, byte tag, bool isPrivate)
    {
        if (head.Sequence == 0 || symbols.Length > byte.MaxValue || outputs > byte.MaxValue)
        {
            throw new ArgumentException("A retire record has sequence 1 or more and at most 255 symbols and outputs.", nameof(head));
        }

        var to = new Cursor(destination, RecordKind.Retire, isPrivate);
        to.Write(head.RunId);
        to.Write(head.Sequence);
        to.Write(head.Step);
        to.Write(head.Function);
        to.Write(head.Offset);
        to.Write(head.Opcode);
        if (isPrivate)
        {
            to.Write(head.Tokens);
        }

        to.Write((byte)symbols.Length);
        int last = -1;
        foreach (SymbolChange symbol in symbols)
        {
            if (symbol.Index <= last)
            {
                throw new ArgumentException("Symbols ascend by index.", nameof(symbols));
            }

            last = symbol.Index;
            to.Write(symbol.Index);
            to.Write(symbol.Value);
        }

        to.Write(tag);
        to.Write((byte)outputs);
        return to;
    }

    private ref struct Cursor
    {
        private readonly Span<byte> _destination;

        internal Cursor(Span<byte> destination, RecordKind kind, bool isPrivate)
        {
            _destination = destination;
            Magic.CopyTo(Take(Magic.Length));
            Write(isPrivate ? Record.PrivateVersion : Record.Version);
            Write((byte)kind);
        }

        internal int Length { get; private set; }

        internal void Write(byte value) => Take(1)[0] = value;

        internal void Write(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), value);

        internal void Write(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

        internal void Write(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

        internal void Write(Digest value) => value.CopyTo(Take(Digest.Size));

        private Span<byte> Take(int bytes)
        {
            if (bytes > _destination.Length - Length)
            {
                throw new ArgumentException("The record doesn't fit into its destination.");
            }

            Length += bytes;
            return _destination.Slice(Length - bytes, bytes);
        }
    }
}
