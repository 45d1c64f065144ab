using System.Diagnostics.CodeAnalysis;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Privacy;

/// <summary>A record that is shown, with its place in the log.</summary>
/// <param name="Index">Of the entry.</param>
/// <param name="Entry">Its bytes.</param>
/// <param name="Path">Its inclusion path, the entry's sibling first.</param>
public sealed record ShownRecord(ulong Index, ReadOnlyMemory<byte> Entry, IReadOnlyList<Digest> Path);

/// <summary>The prompt, shown.</summary>
/// <param name="Salt">Of its commitment.</param>
/// <param name="Bytes">The inputs' bytes.</param>
public sealed record ShownPrompt(Digest Salt, ReadOnlyMemory<byte> Bytes);

/// <summary>A scalar under salt, shown.</summary>
/// <param name="Record">The record that holds it.</param>
/// <param name="Output">Index among the record's scalars.</param>
/// <param name="Value">The scalar.</param>
/// <param name="Salt">Its salt.</param>
public sealed record ShownScalar(ShownRecord Record, byte Output, long Value, Digest Salt);

/// <summary>Chosen tokens of a private run, or its prompt, with proof against a signed checkpoint. Spec: spec/evidence.md, chapter 12, rules 13 to 15.</summary>
/// <param name="First">The run's opening record.</param>
/// <param name="Prompt">The prompt; null where it is not shown.</param>
/// <param name="Tokens">The tokens that are shown, in the order of the log.</param>
/// <param name="Note">The signed checkpoint.</param>
public sealed record Opening(ShownRecord First, ShownPrompt? Prompt, IReadOnlyList<ShownScalar> Tokens, ReadOnlyMemory<byte> Note)
{
    /// <summary>Longest file that is looked at, in bytes.</summary>
    public const int MaxBytes = 1 << 24;

    /// <summary>The file.</summary>
    public byte[] ToBytes() => OpeningText.Write(this);

    /// <summary>Reads a file that may be anyone's.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Opening? opening, out string fault) => OpeningText.TryRead(bytes, out opening, out fault);

    /// <summary>Whether everything that is shown was recorded, in one run, in a log that is trusted.</summary>
    /// <param name="policy">Whom to trust.</param>
    /// <param name="emits">Opcode of the records that hold tokens.</param>
    /// <param name="opened">What was shown.</param>
    /// <param name="fault">Why not.</param>
    public bool TryVerify(WitnessPolicy policy, ushort emits, [NotNullWhen(true)] out Opened? opened, out string fault)
    {
        ArgumentNullException.ThrowIfNull(policy);
        opened = null;
        if (!policy.TryOpen(Note.Span, out Checkpoint? checkpoint, out fault))
        {
            return false;
        }

        if (!IsIncluded(First, checkpoint) || !Record.TryDecode(First.Entry.Span, out Record first, out _) || first is not RunOpen open)
        {
            fault = "the first record is not in the log, or opens no run";
            return false;
        }

        if (Prompt is not null && PromptCommitment.Of(Prompt.Salt.ToArray(), Prompt.Bytes.Span) != open.Prompt)
        {
            fault = "the prompt is not the one that the run was opened with";
            return false;
        }

        Digest run = Digest.Of(First.Entry.Span);
        var tokens = new List<OpenedToken>();
        foreach (ShownScalar shown in Tokens)
        {
            if (!IsIncluded(shown.Record, checkpoint) || !Record.TryDecode(shown.Record.Entry.Span, out Record record, out _) || record is not Retire { IsPrivate: true } retire)
            {
                fault = $"record {shown.Record.Index} is not in the log, or is not one of a private run's opcodes";
                return false;
            }

            if (retire.Head.RunId != run || retire.Head.Opcode != emits || retire.Head.Sequence != unchecked(shown.Record.Index - First.Index))
            {
                fault = $"record {shown.Record.Index} is another run's, or holds no token";
                return false;
            }

            if (!Salted.Opens(retire, shown.Output, shown.Value, shown.Salt))
            {
                fault = $"what is shown of record {shown.Record.Index} is not what was recorded";
                return false;
            }

            tokens.Add(new OpenedToken(retire.Head.Tokens, shown.Value, shown.Record.Index));
        }

        opened = new Opened(run, open, checkpoint, Prompt?.Bytes, tokens);
        return true;
    }

    private static bool IsIncluded(ShownRecord record, Checkpoint checkpoint) =>
        Merkle.VerifyInclusion(record.Index, checkpoint.Size, Merkle.LeafHash(record.Entry.Span), [.. record.Path], checkpoint.Root);
}

/// <summary>What an opening showed and proved.</summary>
/// <param name="Run">Id of the run.</param>
/// <param name="Open">Its opening record: program, weights, sampling.</param>
/// <param name="Checkpoint">What was signed.</param>
/// <param name="Prompt">The inputs' bytes; null where they were not shown.</param>
/// <param name="Tokens">Tokens, in their order.</param>
public sealed record Opened(Digest Run, RunOpen Open, Checkpoint Checkpoint, ReadOnlyMemory<byte>? Prompt, IReadOnlyList<OpenedToken> Tokens);

/// <summary>A token that was shown.</summary>
/// <param name="Position">Tokens that the run emitted before it.</param>
/// <param name="Value">The token.</param>
/// <param name="Index">Of its record in the log.</param>
public readonly record struct OpenedToken(uint Position, long Value, ulong Index);
