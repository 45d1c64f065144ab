using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;

namespace PomIsa.Evidence.Privacy;

/// <summary>The text form of <see cref="Opening"/>: one form for each, read by anyone, written by anyone.</summary>
internal static class OpeningText
{
    private const string Header = "pomisa opening v1";

    internal static byte[] Write(Opening opening)
    {
        var text = new StringBuilder(Header).Append('\n');
        Append(text, opening.First);
        if (opening.Prompt is { } prompt)
        {
            text.Append(CultureInfo.InvariantCulture, $"prompt {Base64(prompt.Salt)} {Convert.ToBase64String(prompt.Bytes.Span)}\n");
        }

        foreach (ShownScalar shown in opening.Tokens)
        {
            Append(text, shown.Record);
            text.Append(CultureInfo.InvariantCulture, $"scalar {shown.Output} {shown.Value} {Base64(shown.Salt)}\n");
        }

        return [.. Encoding.ASCII.GetBytes(text.Append('\n').ToString()), .. opening.Note.Span];
    }

    internal static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Opening? opening, out string fault)
    {
        opening = null;
        int end = bytes.IndexOf("\n\n"u8);
        if (bytes.Length > Opening.MaxBytes || end < 0 || bytes.Length - end - 2 > SignedNote.MaxBytes || !Ascii.IsValid(bytes[..end]))
        {
            fault = "it is no opening: it has no checkpoint, or is too large";
            return false;
        }

        var from = new Lines(Encoding.ASCII.GetString(bytes[..end]));
        if (from.Next() != Header || !TryRecord(ref from, out ShownRecord? first))
        {
            fault = $"line {from.Number} is not what an opening has there";
            return false;
        }

        ShownPrompt? prompt = null;
        if (from.Peek().StartsWith("prompt ", StringComparison.Ordinal) && !TryPrompt(from.Next(), out prompt))
        {
            fault = $"line {from.Number} shows no prompt";
            return false;
        }

        var tokens = new List<ShownScalar>();
        for (ulong last = first.Index; !from.IsEmpty; last = tokens[^1].Record.Index)
        {
            if (!TryRecord(ref from, out ShownRecord? record) || record.Index <= last || !TryScalar(from.Next(), record, out ShownScalar? scalar))
            {
                fault = $"line {from.Number} is not what an opening has there";
                return false;
            }

            tokens.Add(scalar);
        }

        fault = prompt is null && tokens.Count == 0 ? "it shows nothing" : "";
        opening = new Opening(first, prompt, tokens, bytes[(end + 2)..].ToArray());
        return fault.Length == 0;
    }

    private static void Append(StringBuilder text, ShownRecord record)
    {
        byte[] path = [.. record.Path.SelectMany(static digest => digest.ToArray())];
        text.Append(CultureInfo.InvariantCulture, $"record {record.Index} {Convert.ToBase64String(record.Entry.Span)}\npath {Convert.ToBase64String(path)}\n");
    }

    private static string Base64(Digest digest) => Convert.ToBase64String(digest.ToArray());

    private static bool TryRecord(ref Lines from, [NotNullWhen(true)] out ShownRecord? record)
    {
        record = null;
        if (from.Next().Split(' ') is not ["record", var index, var entry] || !TryNumber(index, out ulong at) || !TryBase64(entry, Record.MaxEntryBytes, out byte[]? bytes)
            || from.Next().Split(' ') is not ["path", var path] || !TryBase64(path, Merkle.MaxProofLength * Digest.Size, out byte[]? hashes) || hashes.Length % Digest.Size != 0)
        {
            return false;
        }

        record = new ShownRecord(at, bytes, [.. hashes.Chunk(Digest.Size).Select(static hash => new Digest(hash))]);
        return true;
    }

    private static bool TryPrompt(string line, [NotNullWhen(true)] out ShownPrompt? prompt)
    {
        prompt = line.Split(' ') is ["prompt", var salt, var bytes] && TryDigest(salt, out Digest read) && TryBase64(bytes, Opening.MaxBytes, out byte[]? given)
            ? new ShownPrompt(read, given)
            : null;
        return prompt is not null;
    }

    private static bool TryScalar(string line, ShownRecord record, [NotNullWhen(true)] out ShownScalar? scalar)
    {
        scalar = line.Split(' ') is ["scalar", var output, var value, var salt]
            && byte.TryParse(output, NumberStyles.None, CultureInfo.InvariantCulture, out byte place) && Same(output, place)
            && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long shown) && Same(value, shown)
            && TryDigest(salt, out Digest read)
            ? new ShownScalar(record, place, shown, read)
            : null;
        return scalar is not null;
    }

    private static bool TryNumber(string text, out ulong number) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && Same(text, number);

    // Numbers have one spelling.
    private static bool Same(string text, IFormattable number) => text == number.ToString(null, CultureInfo.InvariantCulture);

    private static bool TryDigest(string text, out Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        bool read = StrictBase64.TryDecode(text, bytes);
        digest = read ? new Digest(bytes) : default;
        return read;
    }

    private static bool TryBase64(string text, int most, [NotNullWhen(true)] out byte[]? bytes)
    {
        int padding = text.EndsWith("==", StringComparison.Ordinal) ? 2 : text.EndsWith('=') ? 1 : 0;
        long length = (3L * (text.Length / 4)) - padding;
        bytes = text.Length % 4 == 0 && length >= 0 && length <= most ? new byte[length] : null;
        return bytes is not null && StrictBase64.TryDecode(text, bytes);
    }

    // Lines without their ends; empty after the last.
    private ref struct Lines(string text)
    {
        private ReadOnlySpan<char> _rest = text;

        internal int Number { get; private set; }

        internal bool IsEmpty { get; private set; }

        internal readonly ReadOnlySpan<char> Peek() => _rest;

        internal string Next()
        {
            Number++;
            int end = _rest.IndexOf('\n');
            ReadOnlySpan<char> line = end < 0 ? _rest : _rest[..end];
            IsEmpty = end < 0;
            _rest = end < 0 ? [] : _rest[(end + 1)..];
            return line.ToString();
        }
    }
}
