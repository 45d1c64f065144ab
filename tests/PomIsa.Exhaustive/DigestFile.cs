using System.Globalization;

namespace PomIsa.Exhaustive;

/// <summary>The published digests of a function.</summary>
/// <param name="Table">SHA-256 of all 2^32 outputs.</param>
/// <param name="Sample">SHA-256 of the outputs of the sample.</param>
internal sealed record PublishedDigests(Digest Table, Digest Sample);

/// <summary>spec/generated/elementary.digests: a line for each function, its name and its two digests.</summary>
internal static class DigestFile
{
    /// <summary>The folder above this program, or above the working folder, that holds PomIsa.sln.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory) ?? FindRoot(Environment.CurrentDirectory)
        ?? throw new FileNotFoundException("There is no PomIsa.sln above the program or the working folder.");

    public static string FilePath { get; } = Path.Combine(Root, "spec", "generated", "elementary.digests");

    /// <summary>Everything published, in the order of the file.</summary>
    /// <exception cref="InvalidDataException">A line is not three words.</exception>
    public static IReadOnlyDictionary<string, PublishedDigests> Read() => File.Exists(FilePath) ? Parse(File.ReadAllLines(FilePath)) : Parse([]);

    public static IReadOnlyDictionary<string, PublishedDigests> Parse(IEnumerable<string> lines)
    {
        var all = new OrderedDictionary<string, PublishedDigests>(StringComparer.Ordinal);
        foreach (string line in lines.Where(static l => l.Length > 0 && l[0] != '#'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != 3 || !Digest.TryParse(words[1], out Digest table) || !Digest.TryParse(words[2], out Digest sample))
            {
                throw new InvalidDataException($"{FilePath}: '{line}' is not a name and two digests.");
            }

            all[words[0]] = new PublishedDigests(table, sample);
        }

        return all;
    }

    /// <summary>Adds or replaces a function's line; functions stand in the order of <paramref name="order"/>.</summary>
    public static void Publish(string function, PublishedDigests digests, IEnumerable<string> order)
    {
        Dictionary<string, PublishedDigests> all = new(Read(), StringComparer.Ordinal) { [function] = digests };
        IEnumerable<string> names = order.Where(all.ContainsKey);
        int width = all.Keys.Max(static k => k.Length);
        File.WriteAllText(
            FilePath,
            "# function, SHA-256 of its outputs for all 2^32 inputs, of those for the sample (spec/numerics.md, chapter 4)\n"
                + string.Concat(names.Select(n => string.Create(CultureInfo.InvariantCulture, $"{n.PadRight(width)} {all[n].Table} {all[n].Sample}\n"))));
    }

    private static string? FindRoot(string from)
    {
        DirectoryInfo? folder = new(from);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PomIsa.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
