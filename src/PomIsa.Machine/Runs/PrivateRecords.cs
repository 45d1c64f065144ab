using System.Collections.Immutable;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Runs;

/// <summary>What a private run's records have that others' don't: scalars and commitments under salt, many at once, and the count of tokens.</summary>
/// <remarks>Outputs of the next records are added in order, then put under salt together, then the records are written in the same order.</remarks>
internal sealed class PrivateRecords(RunPrivacy privacy)
{
    private readonly SaltBatch _batch = new(privacy.Secret);
    private readonly ImmutableArray<long>.Builder _scalars = ImmutableArray.CreateBuilder<long>();
    private Digest[] _salted = new Digest[64];
    private uint _tokens;
    private int _next;

    /// <summary>What is under salt.</summary>
    public PrivacyMode Mode => privacy.Mode;

    /// <summary>All scalars of the records so far.</summary>
    public ImmutableArray<long> Scalars => _scalars.ToImmutable();

    /// <summary>Whether what the record of an instruction commits to goes under salt: in mode <see cref="PrivacyMode.Tokens"/> what may be tokens.</summary>
    /// <param name="element">Element type of the committed operand.</param>
    public static bool Salts(PrivacyMode mode, OpcodeRow row, DType element) =>
        mode == PrivacyMode.All || !(row.CommitsToQuantizedRows || element is DType.F32 or DType.F16 or DType.BF16);

    /// <summary>For who writes records out of their order: tokens emitted before the next one.</summary>
    public void StartAt(uint tokens) => _tokens = tokens;

    /// <summary>Adds the commitments of a coming record.</summary>
    public void Add(ulong sequence, ReadOnlySpan<Digest> commitments)
    {
        for (int i = 0; i < commitments.Length; i++)
        {
            _batch.Add(sequence, i, commitments[i]);
        }
    }

    /// <summary>Adds the scalars of a coming record.</summary>
    public void Add(ulong sequence, ReadOnlySpan<long> scalars)
    {
        for (int i = 0; i < scalars.Length; i++)
        {
            _batch.Add(sequence, i, scalars[i]);
            _scalars.Add(scalars[i]);
        }
    }

    /// <summary>Puts under salt what was added.</summary>
    /// <param name="between">As for <see cref="SaltBatch.Finish"/>.</param>
    public void Salt(Action? between)
    {
        _salted = _salted.Length < _batch.Count ? new Digest[2 * _batch.Count] : _salted;
        _batch.Finish(_salted, between);
        _next = 0;
    }

    /// <summary>Writes the next record; returns its length.</summary>
    /// <param name="entry">Room.</param>
    /// <param name="head">Its head.</param>
    /// <param name="changes">Symbols that changed.</param>
    /// <param name="commitments">Commitments that stay as they are.</param>
    /// <param name="salted">How many outputs it has under salt instead.</param>
    /// <param name="areScalars">Whether those are scalars.</param>
    /// <param name="emits">Whether it gives the host a token.</param>
    public int Write(Span<byte> entry, in RetireHead head, ReadOnlySpan<SymbolChange> changes, ReadOnlySpan<Digest> commitments, int salted, bool areScalars, bool emits)
    {
        ReadOnlySpan<Digest> outputs = salted == 0 ? commitments : _salted.AsSpan(_next, salted);
        PrivateOutput kind = salted == 0 ? PrivateOutput.Commitments : areScalars ? PrivateOutput.SaltedScalars : PrivateOutput.SaltedCommitments;
        int length = RecordWriter.WritePrivateRetire(entry, head with { Tokens = _tokens }, changes, outputs, kind);
        _next += salted;
        _tokens += emits ? 1u : 0;
        return length;
    }

    /// <summary>The closing record of the run as a private one.</summary>
    public RunClose Closing(RunClose close) => close with { IsPrivate = true, Response = Salted.Of(privacy.Secret.Salt(close.Sequence, 0), close.Response) };
}
