using System.Globalization;
using System.Text;
using PomIsa.Fuzz.Generation;

namespace PomIsa.Fuzz.Hostile;

/// <summary>What was tried on a format.</summary>
internal sealed class HostileCount
{
    public long Inputs { get; set; }

    public long Accepted { get; set; }

    public long Bytes { get; set; }

    /// <summary>Most that one input made the reader allocate, beside what it may for each byte.</summary>
    public long MostAllocated { get; set; }
}

/// <summary>Feeds changed bytes to what reads them, and holds it to the rules of chapter 15: no exception, memory in proportion to the input, nothing accepted that no key stands for.</summary>
internal static class HostileRun
{
    /// <summary>Inputs number first … first + count - 1 of a format.</summary>
    /// <returns>What was not so, with the input; null if nothing.</returns>
    public static string? Try(Format format, ulong first, int count, HostileCount tally)
    {
        HashSet<string> meant = [];
        foreach (byte[] seed in format.Seeds)
        {
            if (format.Read(seed) is not { } meaning)
            {
                return $"{format}: a good one is refused: {Convert.ToHexStringLower(seed)}";
            }

            meant.Add(meaning);
        }

        for (ulong number = first; number < first + (ulong)count; number++)
        {
            byte[] input = ByteMutator.Change(new Choices(number), format.Seeds);
            if (Judge(format, input, meant, tally) is { } wrong)
            {
                return $"{format}, number {number}: {wrong}\n{Convert.ToHexStringLower(input)}";
            }
        }

        return null;
    }

    private static string? Judge(Format format, byte[] input, HashSet<string> meant, HostileCount tally)
    {
        string? meaning;
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            meaning = format.Read([.. input]);
        }
        catch (Exception e)
        {
            return string.Join('\n', e.ToString().Split('\n').Take(6));
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before - ((long)format.PerByte * input.Length);
        tally.Inputs++;
        tally.Bytes += input.Length;
        tally.Accepted += meaning is null ? 0 : 1;
        tally.MostAllocated = Math.Max(tally.MostAllocated, allocated);
        return allocated > format.Free ? string.Create(CultureInfo.InvariantCulture, $"{input.Length} bytes of input made it allocate {allocated + ((long)format.PerByte * input.Length)}")
            : meaning is not null && format.Bound && !meant.Contains(meaning) ? $"it was accepted and means: {meaning}"
            : null;
    }

    /// <summary>A table of what was tried.</summary>
    public static string Table(IEnumerable<(Format Format, HostileCount Count)> all)
    {
        var text = new StringBuilder("| what | inputs | accepted | MiB |\n| --- | ---: | ---: | ---: |\n");
        long inputs = 0;
        foreach ((Format format, HostileCount count) in all)
        {
            inputs += count.Inputs;
            text.Append(CultureInfo.InvariantCulture, $"| {format} | {count.Inputs} | {count.Accepted} | {count.Bytes >> 20} |\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"{inputs} inputs in all").ToString();
    }
}
