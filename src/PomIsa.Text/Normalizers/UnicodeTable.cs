using System.Collections.Frozen;
using System.Globalization;

namespace PomIsa.Text.Normalizers;

/// <summary>Combining classes, decompositions and compositions of Unicode 15.0.</summary>
/// <remarks>Our own table: .NET leaves all but ASCII as it is where it runs without a culture library, and this project does, so that results depend on no version of one.</remarks>
internal sealed class UnicodeTable
{
    private static readonly Lazy<UnicodeTable> Loaded = new(() => new UnicodeTable());

    private readonly FrozenDictionary<int, int> _class;
    private readonly FrozenDictionary<int, int[]> _canonical, _compatible;
    private readonly FrozenDictionary<(int First, int Second), int> _composed;

    private UnicodeTable()
    {
        var classes = new Dictionary<int, int>();
        var canonical = new Dictionary<int, int[]>();
        var compatible = new Dictionary<int, int[]>();
        var composed = new Dictionary<(int, int), int>();
        using Stream stream = typeof(UnicodeTable).Assembly.GetManifestResourceStream("unicode.txt")!;
        using var lines = new StreamReader(stream);
        while (lines.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            string[] fields = line.Split(';');
            int rune = Hex(fields[0]);
            if (fields[1].Length > 0)
            {
                classes.Add(rune, int.Parse(fields[1], CultureInfo.InvariantCulture));
            }

            if (fields[2].Length == 0)
            {
                continue;
            }

            int[] parts = [.. fields[2][1..].Split(' ').Select(Hex)];
            (fields[2][0] == '~' ? compatible : canonical).Add(rune, parts);
            if (fields[2][0] == '=')
            {
                composed.Add((parts[0], parts[1]), rune);
            }
        }

        (_class, _canonical, _compatible, _composed) = (classes.ToFrozenDictionary(), canonical.ToFrozenDictionary(), compatible.ToFrozenDictionary(), composed.ToFrozenDictionary());
    }

    public static UnicodeTable Instance => Loaded.Value;

    public int ClassOf(int rune) => _class.GetValueOrDefault(rune);

    /// <summary>One step of a decomposition, or null.</summary>
    public int[]? PartsOf(int rune, bool compatible) =>
        _canonical.TryGetValue(rune, out int[]? parts) || (compatible && _compatible.TryGetValue(rune, out parts)) ? parts : null;

    /// <summary>What two code points compose to, or -1.</summary>
    public int Composed(int first, int second) => _composed.GetValueOrDefault((first, second), -1);

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
