using System.Globalization;
using PomIsa.Text.Files;

namespace PomIsa.Text.PostProcessors;

/// <summary>Tokens that are put around a text.</summary>
internal sealed record Frame(int[] Before, int[] After)
{
    public static readonly Frame None = new([], []);

    /// <summary>Reads the <c>post_processor</c> of a tokenizer.json.</summary>
    /// <exception cref="InvalidDataException">It is of an unknown kind, or not well formed.</exception>
    public static Frame Read(JsonPart? part) => part is { } found ? Of(found, 0) : None;

    private static Frame Of(JsonPart part, int depth)
    {
        switch (part.Kind)
        {
            case "Sequence":
                return PartList.Of(part, "processors", depth).Select(one => Of(one, depth + 1)).Aggregate(None, static (inner, outer) =>
                    new Frame([.. outer.Before, .. inner.Before], [.. inner.After, .. outer.After]));
            case "TemplateProcessing":
                return Template(part);
            case "BertProcessing" or "RobertaProcessing":
                return new Frame([Pair(part.Need("cls"))], [Pair(part.Need("sep"))]);
            case "ByteLevel":
                return None; // tells only where in the text a token lies
            case var kind:
                throw part.Wrong($"is of the kind '{kind}', which is not known here");
        }
    }

    private static Frame Template(JsonPart part)
    {
        List<int> before = [], after = [], current = before;
        foreach (JsonPart piece in part.Need("single").Items.Take(TextLimits.Steps + 1))
        {
            if (piece.Find("Sequence") is { } sequence)
            {
                current = current == before && sequence.Need("id").Text == "A" ? after : throw piece.Wrong("is no second place for the text");
                continue;
            }

            JsonPart token = piece.Need("SpecialToken").Need("id");
            JsonPart known = part.Need("special_tokens").Find(token.Text) ?? throw token.Wrong($"is '{token.Text}', which special_tokens does not have");
            current.AddRange(known.Need("ids").Items.Take(TextLimits.Steps).Select(static id => id.Id));
        }

        return current == after && before.Count + after.Count <= TextLimits.Steps
            ? new Frame([.. before], [.. after])
            : throw part.Need("single").Wrong("has no place for the text, or too many tokens");
    }

    private static int Pair(JsonPart part)
    {
        JsonPart[] both = [.. part.Items.Take(3)];
        return both.Length == 2 ? both[1].Id : throw part.Wrong(string.Create(CultureInfo.InvariantCulture, $"is no token with its id"));
    }
}
