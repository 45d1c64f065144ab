using System.Buffers.Binary;
using System.Text;
using PomIsa.Evidence.Keys;

namespace PomIsa.Evidence.Notes;

/// <summary>C2SP signed notes: a text, an empty line, signature lines. Spec: spec/evidence.md, chapter 5.</summary>
public static class SignedNote
{
    /// <summary>Longest note that is looked at, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Most signature lines that are looked at.</summary>
    public const int MaxSignatures = 64;

    private const int SignatureBytes = 64;
    private const int MinBlob = 5;
    private const int MaxBlob = 8192;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> LineStart => "\u2014 "u8;

    /// <summary>Signs a text with each of the keys, in order.</summary>
    /// <param name="text">Ends with a newline; no other control characters.</param>
    /// <exception cref="ArgumentException">The text can't be a note's, or there are no keys or too many.</exception>
    public static byte[] Sign(string text, params ReadOnlySpan<LogKey> keys)
    {
        byte[] message = Utf8.GetBytes(text);
        if (message.Length == 0 || message[^1] != '\n' || HasControls(message))
        {
            throw new ArgumentException("A note's text ends with a newline and has no other control characters.", nameof(text));
        }

        if (keys.Length is 0 or > MaxSignatures)
        {
            throw new ArgumentException($"A note has 1 to {MaxSignatures} signatures.", nameof(keys));
        }

        var note = new StringBuilder(text).Append('\n');
        Span<byte> blob = stackalloc byte[4 + SignatureBytes];
        foreach (LogKey key in keys)
        {
            BinaryPrimitives.WriteUInt32BigEndian(blob, key.Verifier.Id);
            key.Sign(message).CopyTo(blob[4..]);
            note.Append('\u2014').Append(' ').Append(key.Name).Append(' ').Append(Convert.ToBase64String(blob)).Append('\n');
        }

        return Utf8.GetBytes(note.ToString());
    }

    /// <summary>Opens a note that may be anyone's: its text, if at least one known key signed it and no known key's signature is wrong.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> note, ReadOnlySpan<VerifierKey> known, out string text, out NoteFault fault)
    {
        text = "";
        fault = Check(note, known, out int textLength);
        if (fault != NoteFault.None)
        {
            return false;
        }

        text = Utf8.GetString(note[..textLength]);
        return true;
    }

    private static NoteFault Check(ReadOnlySpan<byte> note, ReadOnlySpan<VerifierKey> known, out int textLength)
    {
        textLength = 0;
        if (note.Length > MaxBytes)
        {
            return NoteFault.TooLarge;
        }

        if (HasControls(note) || !System.Text.Unicode.Utf8.IsValid(note))
        {
            return NoteFault.Malformed;
        }

        int split = note.LastIndexOf("\n\n"u8);
        if (split < 0 || note[^1] != '\n')
        {
            return NoteFault.Malformed;
        }

        textLength = split + 1;
        ReadOnlySpan<byte> message = note[..textLength];
        ReadOnlySpan<byte> lines = note[(split + 2)..];
        if (lines.IsEmpty)
        {
            return NoteFault.Malformed;
        }

        bool verified = false;
        for (int count = 0; !lines.IsEmpty; count++)
        {
            int end = lines.IndexOf((byte)'\n');
            if (count == MaxSignatures)
            {
                return NoteFault.TooLarge;
            }

            if (!TryReadLine(lines[..end], out string name, out byte[] blob))
            {
                return NoteFault.Malformed;
            }

            lines = lines[(end + 1)..];
            uint id = BinaryPrimitives.ReadUInt32BigEndian(blob);
            foreach (VerifierKey key in known)
            {
                if (key.Id != id || key.Name != name)
                {
                    continue;
                }

                if (!key.Verify(message, blob.AsSpan(4)))
                {
                    return NoteFault.BadSignature;
                }

                verified = true;
            }
        }

        return verified ? NoteFault.None : NoteFault.NoKnownSignature;
    }

    private static bool TryReadLine(ReadOnlySpan<byte> line, out string name, out byte[] blob)
    {
        (name, blob) = ("", []);
        if (!line.StartsWith(LineStart))
        {
            return false;
        }

        string rest = Utf8.GetString(line[LineStart.Length..]);
        int space = rest.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || !KeyName.IsValid(rest[..space]))
        {
            return false;
        }

        string encoded = rest[(space + 1)..];
        int padding = encoded.EndsWith("==", StringComparison.Ordinal) ? 2 : encoded.EndsWith('=') ? 1 : 0;
        int size = (encoded.Length / 4 * 3) - padding;
        if (encoded.Length % 4 != 0 || size is < MinBlob or > MaxBlob)
        {
            return false;
        }

        var bytes = new byte[size];
        if (!StrictBase64.TryDecode(encoded, bytes))
        {
            return false;
        }

        (name, blob) = (rest[..space], bytes);
        return true;
    }

    private static bool HasControls(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (value < 0x20 && value != '\n')
            {
                return true;
            }
        }

        return false;
    }
}
