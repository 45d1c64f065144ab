using System.Globalization;
using System.Text;

namespace PomIsa.Shards;

/// <summary>DSSE 1.0.2: the bytes that an envelope's signature covers.</summary>
public static class Dsse
{
    /// <summary>PAE(type, body) = "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body, lengths in ASCII decimal bytes.</summary>
    public static byte[] Pae(string payloadType, ReadOnlySpan<byte> payload)
    {
        byte[] type = Encoding.UTF8.GetBytes(payloadType);
        byte[] head = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"DSSEv1 {type.Length} {payloadType} {payload.Length} "));
        return [.. head, .. payload];
    }

    /// <summary>Base64 as DSSE allows it: standard or URL-safe alphabet, padded or not; nothing else in between.</summary>
    public static bool TryBase64(string text, out byte[] bytes)
    {
        bytes = [];
        string standard = text.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        if (text.Length - standard.Length > 2 || standard.Any(static c => !(char.IsAsciiLetterOrDigit(c) || c is '+' or '/')))
        {
            return false;
        }

        standard = standard.PadRight((standard.Length + 3) / 4 * 4, '=');
        var buffer = new byte[standard.Length / 4 * 3];
        if (!Convert.TryFromBase64String(standard, buffer, out int written))
        {
            return false;
        }

        bytes = buffer[..written];
        return true;
    }
}
