using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PomIsa.Chain.Governance;

/// <summary>A closed vote and the height of the block that takes it in.</summary>
public readonly record struct Vote(long Height, ProposalRecord Record);

/// <summary>The vote stream: JSON lines, one closed vote a line, heights ascending, ids unique.</summary>
/// <remarks>
/// <code>{"height":3,"id":417,"kind":"text","title":"Poll on open licences","yes":6,"no":2,"abstain":0,"quorum":5,"outcome":"passed"}</code>
/// Spec: spec/chain.md, chapter 1.
/// </remarks>
public static class VoteStream
{
    /// <summary>Longest line in bytes, without its newline.</summary>
    public const int MaxLineBytes = 64 * 1024;

    private static readonly VoteField[] Required =
    [
        VoteField.Height, VoteField.Id, VoteField.Kind, VoteField.Title,
        VoteField.Yes, VoteField.No, VoteField.Abstain, VoteField.Quorum, VoteField.Outcome,
    ];

    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads one line, without its newline. What only a stream can show (order, repetition) is not checked.</summary>
    /// <returns>False for whatever is not a valid vote; <paramref name="fault"/> then says why, with line 1.</returns>
    public static bool TryParseLine(ReadOnlySpan<byte> line, out Vote vote, out VoteFault fault)
    {
        vote = default;
        if (line.Length > MaxLineBytes)
        {
            return Refuse(VoteFaultCode.LineTooLong, VoteField.None, out fault);
        }

        if (line.IsEmpty)
        {
            return Refuse(VoteFaultCode.EmptyLine, VoteField.None, out fault);
        }

        Span<long> numbers = stackalloc long[(int)VoteField.Outcome + 1];
        var fields = new VoteLine(numbers, new string?[(int)VoteField.Outcome + 1]);
        if (!fields.TryRead(line, out VoteFaultCode code, out VoteField at))
        {
            return Refuse(code, at, out fault);
        }

        foreach (VoteField field in Required)
        {
            if (!fields.Has(field))
            {
                return Refuse(VoteFaultCode.MissingField, field, out fault);
            }
        }

        if (fields.Number(VoteField.Height) is < 1 or > ProposalRules.MaxNumber)
        {
            return Refuse(VoteFaultCode.NumberOutOfRange, VoteField.Height, out fault);
        }

        if (!VoteWords.TryKind(fields.Text(VoteField.Kind), out ProposalKind kind))
        {
            return Refuse(VoteFaultCode.UnknownKind, VoteField.Kind, out fault);
        }

        if (!VoteWords.TryOutcome(fields.Text(VoteField.Outcome), out Outcome outcome))
        {
            return Refuse(VoteFaultCode.UnknownOutcome, VoteField.Outcome, out fault);
        }

        ReadOnlySpan<(VoteField Field, bool Belongs)> byKind =
        [
            (VoteField.Name, ProposalRules.HasName(kind)),
            (VoteField.From, kind == ProposalKind.Parameter),
            (VoteField.To, ProposalRules.HasName(kind)),
        ];
        foreach ((VoteField field, bool belongs) in byKind)
        {
            if (fields.Has(field) != belongs)
            {
                return Refuse(belongs ? VoteFaultCode.MissingField : VoteFaultCode.FieldNotForKind, field, out fault);
            }
        }

        var record = new ProposalRecord
        {
            Id = fields.Number(VoteField.Id),
            Kind = kind,
            Title = fields.Text(VoteField.Title),
            Name = fields.Text(VoteField.Name),
            From = fields.Number(VoteField.From),
            To = fields.Number(VoteField.To),
            Yes = fields.Number(VoteField.Yes),
            No = fields.Number(VoteField.No),
            Abstain = fields.Number(VoteField.Abstain),
            Quorum = fields.Number(VoteField.Quorum),
            Outcome = outcome,
        };
        if (!ProposalRules.TryCheck(record, out fault))
        {
            fault = fault with { Line = 1 };
            return false;
        }

        vote = new Vote(fields.Number(VoteField.Height), record);
        return true;
    }

    /// <summary>Reads a whole stream; each line ends with one newline, the last may lack it.</summary>
    /// <returns>False at the first line at fault; <paramref name="fault"/> then names it, and there are no votes.</returns>
    public static bool TryParse(ReadOnlySpan<byte> stream, out ImmutableArray<Vote> votes, out VoteFault fault)
    {
        ImmutableArray<Vote>.Builder read = ImmutableArray.CreateBuilder<Vote>();
        var ids = new HashSet<long>();
        votes = [];
        long height = 0;
        for (int number = 1; !stream.IsEmpty; number++)
        {
            int end = stream.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? stream : stream[..end];
            stream = end < 0 ? [] : stream[(end + 1)..];
            if (TryParseLine(line, out Vote vote, out fault))
            {
                fault = vote.Height < height ? new VoteFault(VoteFaultCode.HeightNotAscending, 1, VoteField.Height)
                    : !ids.Add(vote.Record.Id) ? new VoteFault(VoteFaultCode.DuplicateId, 1, VoteField.Id)
                    : default;
            }

            if (fault.Code != VoteFaultCode.None)
            {
                fault = fault with { Line = number };
                return false;
            }

            height = vote.Height;
            read.Add(vote);
        }

        votes = read.ToImmutable();
        fault = default;
        return true;
    }

    /// <summary>Writes the canonical line of <paramref name="vote"/> with its newline.</summary>
    /// <exception cref="ArgumentException">The vote is not valid.</exception>
    public static void Write(IBufferWriter<byte> output, Vote vote)
    {
        ProposalRecord record = vote.Record;
        if (vote.Height is < 1 or > ProposalRules.MaxNumber)
        {
            throw new ArgumentException("The height is out of range.", nameof(vote));
        }

        if (!ProposalRules.TryCheck(record, out VoteFault fault))
        {
            throw new ArgumentException(fault.ToString(), nameof(vote));
        }

        using (var json = new Utf8JsonWriter(output, Form))
        {
            json.WriteStartObject();
            json.WriteNumber("height"u8, vote.Height);
            json.WriteNumber("id"u8, record.Id);
            json.WriteString("kind"u8, SummaryPrompt.Word(record.Kind));
            json.WriteString("title"u8, record.Title);
            if (ProposalRules.HasName(record.Kind))
            {
                json.WriteString("name"u8, record.Name);
                if (record.Kind == ProposalKind.Parameter)
                {
                    json.WriteNumber("from"u8, record.From);
                }

                json.WriteNumber("to"u8, record.To);
            }

            json.WriteNumber("yes"u8, record.Yes);
            json.WriteNumber("no"u8, record.No);
            json.WriteNumber("abstain"u8, record.Abstain);
            json.WriteNumber("quorum"u8, record.Quorum);
            json.WriteString("outcome"u8, SummaryPrompt.Word(record.Outcome));
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static bool Refuse(VoteFaultCode code, VoteField field, out VoteFault fault)
    {
        fault = new VoteFault(code, 1, field);
        return false;
    }
}
