using System.Text.Json;
using System.Text.Unicode;

namespace PomIsa.Chain.Governance;

/// <summary>The fields of one line as they stand there, each seen at most once, none judged yet beyond its JSON type.</summary>
internal ref struct VoteLine
{
    private readonly Span<long> _numbers;
    private readonly Span<string?> _texts;
    private int _seen;

    public VoteLine(Span<long> numbers, Span<string?> texts)
    {
        _numbers = numbers;
        _texts = texts;
    }

    public readonly bool Has(VoteField field) => (_seen >> (int)field & 1) != 0;

    public readonly long Number(VoteField field) => Has(field) ? _numbers[(int)field] : 0;

    public readonly string Text(VoteField field) => Has(field) ? _texts[(int)field]! : "";

    /// <summary>Reads one object with known fields; whatever else there is gives a fault.</summary>
    public bool TryRead(ReadOnlySpan<byte> line, out VoteFaultCode code, out VoteField field)
    {
        field = VoteField.None;
        if (!Utf8.IsValid(line))
        {
            code = VoteFaultCode.BrokenJson;
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 4 });
            code = !reader.Read() ? VoteFaultCode.BrokenJson
                : reader.TokenType != JsonTokenType.StartObject ? VoteFaultCode.NotAnObject
                : ReadFields(ref reader, out field);
        }
        catch (JsonException)
        {
            // The one way in which Utf8JsonReader reports malformed input.
            (code, field) = (VoteFaultCode.BrokenJson, VoteField.None);
        }

        return code == VoteFaultCode.None;
    }

    private VoteFaultCode ReadFields(ref Utf8JsonReader reader, out VoteField field)
    {
        while (true)
        {
            field = VoteField.None;
            reader.Read();
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                // A further token, if there is any, makes the reader throw.
                return reader.Read() ? VoteFaultCode.BrokenJson : VoteFaultCode.None;
            }

            if (!TryGetText(ref reader, out string? word))
            {
                return VoteFaultCode.BrokenJson;
            }

            field = VoteWords.Field(word!);
            if (field == VoteField.None)
            {
                return VoteFaultCode.UnknownField;
            }

            if (Has(field))
            {
                return VoteFaultCode.RepeatedField;
            }

            reader.Read();
            VoteFaultCode code = IsText(field) ? ReadText(ref reader, field) : ReadNumber(ref reader, field);
            if (code != VoteFaultCode.None)
            {
                return code;
            }

            _seen |= 1 << (int)field;
        }
    }

    private static bool IsText(VoteField field) =>
        field is VoteField.Kind or VoteField.Title or VoteField.Name or VoteField.Outcome;

    private readonly VoteFaultCode ReadText(ref Utf8JsonReader reader, VoteField field)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return VoteFaultCode.NotText;
        }

        return TryGetText(ref reader, out _texts[(int)field]) ? VoteFaultCode.None : VoteFaultCode.BrokenJson;
    }

    private readonly VoteFaultCode ReadNumber(ref Utf8JsonReader reader, VoteField field)
    {
        if (reader.TokenType != JsonTokenType.Number)
        {
            return VoteFaultCode.NotAnInteger;
        }

        ReadOnlySpan<byte> digits = reader.ValueSpan;
        bool negative = digits[0] == '-';
        if (digits[(negative ? 1 : 0)..].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return VoteFaultCode.NotAnInteger;
        }

        if (negative)
        {
            return field is VoteField.Yes or VoteField.No or VoteField.Abstain
                ? VoteFaultCode.NegativeTally
                : VoteFaultCode.NumberOutOfRange;
        }

        return reader.TryGetInt64(out _numbers[(int)field]) ? VoteFaultCode.None : VoteFaultCode.NumberOutOfRange;
    }

    private static bool TryGetText(ref Utf8JsonReader reader, out string? text)
    {
        try
        {
            text = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            // Documented for escapes that make half a surrogate pair.
            text = null;
            return false;
        }
    }
}
