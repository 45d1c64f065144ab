using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Runs;

/// <summary>What one retire leaves for its record: scalars, or one commitment, or neither.</summary>
internal readonly ref struct Retired
{
    public required RetirePlace Place { get; init; }

    public required byte Opcode { get; init; }

    /// <summary>Symbols that the record names.</summary>
    public ReadOnlySpan<SymbolChange> Changes { get; init; }

    public ReadOnlySpan<Digest> Commitments { get; init; }

    public ReadOnlySpan<long> Scalars { get; init; }

    /// <summary>Whether its commitment is under salt, in a private run; scalars are always.</summary>
    public bool Salts { get; init; }

    /// <summary>Whether it gives the host a token.</summary>
    public bool Emits { get; init; }
}

/// <summary>The one way from retires to the bytes of their records, for whoever makes a run's records and whoever makes them again. For one thread at a time.</summary>
/// <param name="run">Id of the run.</param>
/// <param name="hidden">Of a private run.</param>
internal sealed class RetireWriter(Digest run, PrivateRecords? hidden)
{
    private byte[] _entry = new byte[1024];

    /// <summary>What is under salt.</summary>
    public PrivacyMode Mode => hidden?.Mode ?? PrivacyMode.None;

    /// <summary>The record that closes the run; its bytes stay until the next is written.</summary>
    public ReadOnlySpan<byte> Close(ulong sequence, ReadOnlySpan<int> tokens, ulong retired, RunStatus status)
    {
        var close = new RunClose(run, sequence, RunRequest.ResponseDigest(tokens), (uint)tokens.Length, retired, status);
        return _entry.AsSpan(0, RecordWriter.WriteRunClose(_entry, hidden?.Closing(close) ?? close));
    }

    /// <summary>For who writes records of the middle of a run: tokens emitted before the next one.</summary>
    public void StartAt(uint tokens) => hidden?.StartAt(tokens);

    /// <summary>Of a private run each retire comes here first, in order, then <see cref="Salt"/> is called, then they are written in the same order.</summary>
    public void Hide(ulong sequence, in Retired retired)
    {
        if (hidden is null)
        {
            return;
        }

        if (retired.Scalars.Length > 0)
        {
            hidden.Add(sequence, retired.Scalars);
        }
        else if (retired.Salts)
        {
            hidden.Add(sequence, retired.Commitments);
        }
    }

    /// <summary>Puts under salt what was hidden.</summary>
    /// <param name="between">As for <see cref="PrivateRecords.Salt"/>.</param>
    public void Salt(Action? between) => hidden?.Salt(between);

    /// <summary>The record's head.</summary>
    public RetireHead Head(ulong sequence, in Retired retired) =>
        new(run, sequence, retired.Place.Step, (ushort)retired.Place.Function, (uint)retired.Place.Instruction, retired.Opcode);

    /// <summary>The record; valid until the next.</summary>
    public ReadOnlySpan<byte> Write(ulong sequence, in Retired retired)
    {
        bool areScalars = retired.Scalars.Length > 0;
        int needed = hidden is null
            ? RecordWriter.RetireBytes(retired.Changes.Length, retired.Commitments.Length, retired.Scalars.Length)
            : RecordWriter.PrivateRetireBytes(retired.Changes.Length, retired.Commitments.Length + retired.Scalars.Length);
        _entry = _entry.Length < needed ? new byte[needed] : _entry;
        RetireHead head = Head(sequence, retired);
        int length = hidden is not null
            ? hidden.Write(
                _entry,
                head,
                retired.Changes,
                areScalars ? [] : retired.Commitments,
                areScalars ? retired.Scalars.Length : retired.Salts ? retired.Commitments.Length : 0,
                areScalars,
                retired.Emits)
            : areScalars ? RecordWriter.WriteRetire(_entry, head, retired.Changes, retired.Scalars)
            : RecordWriter.WriteRetire(_entry, head, retired.Changes, retired.Commitments);
        return _entry.AsSpan(0, length);
    }
}
