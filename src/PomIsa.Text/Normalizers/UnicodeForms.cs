using System.Text;

namespace PomIsa.Text.Normalizers;

/// <summary>The four normalization forms (Unicode Standard Annex 15).</summary>
internal static class UnicodeForms
{
    // Hangul syllables are arithmetic (The Unicode Standard, section 3.12).
    private const int S = 0xAC00, L = 0x1100, V = 0x1161, T = 0x11A7, Ls = 19, Vs = 21, Ts = 28, Syllables = Ls * Vs * Ts;

    /// <summary>NFD, or NFKD where <paramref name="compatible"/>.</summary>
    public static string Decompose(string text, bool compatible) => IsPlain(text) ? text : Spell(Parts(text, compatible));

    /// <summary>NFC, or NFKC where <paramref name="compatible"/>.</summary>
    public static string Compose(string text, bool compatible)
    {
        if (IsPlain(text))
        {
            return text;
        }

        List<int> runes = Parts(text, compatible);
        UnicodeTable table = UnicodeTable.Instance;
        int starter = -1, last = 0, kept = 0;
        for (int i = 0; i < runes.Count; i++)
        {
            int rune = runes[i], order = table.ClassOf(rune);
            int composed = starter >= 0 && (kept == starter + 1 || last < order) ? Composed(table, runes[starter], rune) : -1;
            if (composed >= 0)
            {
                runes[starter] = composed;
                continue;
            }

            if (order == 0)
            {
                starter = kept;
            }

            last = order;
            runes[kept++] = rune;
        }

        runes.RemoveRange(kept, runes.Count - kept);
        return Spell(runes);
    }

    /// <summary>ASCII is what it is in all forms.</summary>
    private static bool IsPlain(string text) => Ascii.IsValid(text);

    private static int Composed(UnicodeTable table, int first, int second)
    {
        if (first is >= L and < L + Ls && second is >= V and < V + Vs)
        {
            return S + ((first - L) * Vs + second - V) * Ts;
        }

        return first is >= S and < S + Syllables && (first - S) % Ts == 0 && second is > T and < T + Ts
            ? first + second - T
            : table.Composed(first, second);
    }

    /// <summary>Decomposed in full, marks in canonical order.</summary>
    private static List<int> Parts(string text, bool compatible)
    {
        UnicodeTable table = UnicodeTable.Instance;
        var parts = new List<int>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            Add(table, rune.Value, compatible, parts);
        }

        for (int i = 0; i < parts.Count;)
        {
            int end = i;
            while (end < parts.Count && table.ClassOf(parts[end]) != 0)
            {
                end++;
            }

            if (end > i + 1)
            {
                int[] ordered = [.. parts.Skip(i).Take(end - i).OrderBy(table.ClassOf)];
                for (int k = 0; k < ordered.Length; k++)
                {
                    parts[i + k] = ordered[k];
                }
            }

            i = end + 1;
        }

        return parts;
    }

    private static void Add(UnicodeTable table, int rune, bool compatible, List<int> parts)
    {
        if (rune is >= S and < S + Syllables)
        {
            int at = rune - S;
            parts.Add(L + at / (Vs * Ts));
            parts.Add(V + at % (Vs * Ts) / Ts);
            if (at % Ts != 0)
            {
                parts.Add(T + at % Ts);
            }
        }
        else if (table.PartsOf(rune, compatible) is { } mapped)
        {
            foreach (int part in mapped)
            {
                Add(table, part, compatible, parts);
            }
        }
        else
        {
            parts.Add(rune);
        }
    }

    private static string Spell(List<int> runes)
    {
        var text = new StringBuilder(runes.Count);
        foreach (int rune in runes)
        {
            text.Append(new Rune(rune).ToString());
        }

        return text.ToString();
    }
}
