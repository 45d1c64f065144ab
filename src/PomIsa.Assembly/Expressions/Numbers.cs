using System.Globalization;
using System.Numerics;

namespace PomIsa.Assembly.Expressions;

/// <summary>Number tokens to values and back.</summary>
internal static class Numbers
{
    private const int FractionBits = 24;

    /// <summary>A decimal or <c>0x…</c> integer of at most 2^63.</summary>
    public static bool TryInteger(string text, out Value value)
    {
        var hex = text.StartsWith("0x", StringComparison.Ordinal);
        var digits = (hex ? text.AsSpan(2) : text).TrimStart('0');
        Int128 number = 0;
        var fits = digits.Length <= 19 && (digits.IsEmpty || Int128.TryParse(
            digits, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out number));
        value = Value.Of(number);
        return fits && number >= 0 && number <= Value.Greatest;
    }

    /// <summary>A decimal, <c>0x…p…</c> or <c>bits:0x…</c> f32. Decimals round to nearest-even; a hexadecimal one must be exact.</summary>
    public static bool TryFloat(string text, out Value value)
    {
        value = default;
        if (text.StartsWith("bits:0x", StringComparison.Ordinal))
        {
            var digits = text.AsSpan("bits:0x".Length);
            var known = uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits);
            value = Value.OfBits(bits);
            return known && digits.Length == 8;
        }

        float number;
        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            if (!TryHexFloat(text.AsSpan(2), out number))
            {
                return false;
            }
        }
        else
        {
            number = float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        }

        value = Value.OfFloat(number);
        return float.IsFinite(number);
    }

    /// <summary>A number as a listing writes it, with its sign.</summary>
    public static bool TryRead(string text, out Value value)
    {
        var negative = text.StartsWith('-');
        var digits = negative ? text[1..] : text;
        var known = digits.AsSpan().ContainsAny('.', 'e', ':') ? TryFloat(digits, out value) : TryInteger(digits, out value);
        if (negative)
        {
            value = value.IsFloat ? Value.OfBits(value.Bits ^ 0x8000_0000u) : Value.Of(-value.Integer);
        }

        return known;
    }

    /// <summary>The shortest text that <see cref="TryFloat"/> reads as the same bits.</summary>
    public static string Text(uint bits)
    {
        var value = BitConverter.UInt32BitsToSingle(bits);
        if (!float.IsFinite(value))
        {
            return $"bits:0x{bits:x8}";
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant()
            .Replace("e+", "e", StringComparison.Ordinal).Replace("e-0", "e-", StringComparison.Ordinal);
        return text.AsSpan().ContainsAny('.', 'e') ? text : text + ".0";
    }

    // 1.8p3: digits before and after the point, then the power of two. Exact or refused, so no rounding to explain.
    private static bool TryHexFloat(ReadOnlySpan<char> text, out float value)
    {
        value = 0;
        var p = text.IndexOfAny('p', 'P');
        var mantissa = text[..p];
        var point = mantissa.IndexOf('.');
        var digits = string.Concat(point < 0 ? mantissa : mantissa[..point], point < 0 ? "" : mantissa[(point + 1)..]);
        if (digits.Length > 64 || !int.TryParse(text[(p + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power)
            || Math.Abs((long)power) > 4096)
        {
            return false;
        }

        var number = BigInteger.Parse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        if (number.IsZero)
        {
            return true;
        }

        var exponent = power - (point < 0 ? 0 : 4 * (mantissa.Length - point - 1));
        var zeros = (int)BigInteger.TrailingZeroCount(number);
        number >>= zeros;
        exponent += zeros;
        if (number.GetBitLength() > FractionBits)
        {
            return false;
        }

        value = MathF.ScaleB((float)number, exponent);
        return float.IsFinite(value) && MathF.ScaleB(value, -exponent) == (float)number;
    }
}
