namespace PomIsa.Evidence.Keys;

/// <summary>Standard base64 with padding and nothing else: no white space, no other spelling of the same bytes.</summary>
internal static class StrictBase64
{
    /// <summary>Fills <paramref name="destination"/> exactly; false if the text is not the one encoding of so many bytes.</summary>
    internal static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination)
    {
        if (text.Length != 4 * ((destination.Length + 2) / 3)
            || !Convert.TryFromBase64Chars(text, destination, out int written)
            || written != destination.Length)
        {
            return false;
        }

        Span<char> again = text.Length <= 256 ? stackalloc char[text.Length] : new char[text.Length];
        return Convert.TryToBase64Chars(destination, again, out _) && again.SequenceEqual(text);
    }
}
