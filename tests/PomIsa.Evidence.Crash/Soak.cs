using System.Globalization;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;

namespace PomIsa.Evidence.Crash;

/// <summary>What a life left behind.</summary>
/// <param name="Log">The log's folder; null where it had not come to make one.</param>
/// <param name="Durable">Records that it said to be durable.</param>
/// <param name="Finished">Whether it came to its end before it was killed.</param>
internal sealed record Life(string? Log, ulong Durable, bool Finished);

/// <summary>A process that writes a log, is killed, and goes on in its next life.</summary>
internal interface IMortal
{
    /// <summary>Longest that it should live, in milliseconds.</summary>
    int LongestLife { get; }

    /// <summary>Lives so long at most; then SIGKILL.</summary>
    Life Live(int milliseconds);

    /// <summary>After its end: whether all is well. It begins anew in its next life.</summary>
    bool Bury();
}

/// <summary>Kills processes at random moments, over and over, and after each looks at what the log has kept.</summary>
internal sealed class Soak(int kills, int seed)
{
    private static readonly string[] Slots = ["commit.0", "commit.1"];

    private readonly Random _random = new(seed);
    private readonly Dictionary<IMortal, ulong> _durable = [];
    private int _lost;
    private int _doubled;
    private int _torn;

    public static int Run(int kills, int seed, string? pomisa)
    {
        string folder = Directory.CreateTempSubdirectory("pomisa-soak-").FullName;
        try
        {
            var writer = new BareWriter(Path.Combine(folder, "writer"));
            IMortal[] mortals = pomisa is null ? [writer]
                : [writer, writer, writer, new WholeMachine(pomisa, Path.Combine(folder, "machine")), writer, writer, writer, new PrunedRun(pomisa, Path.Combine(folder, "pruned"))];
            return new Soak(kills, seed).Run(mortals);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private int Run(IMortal[] mortals)
    {
        int done = 0;
        for (int round = 0; done < kills; round++)
        {
            IMortal mortal = mortals[round % mortals.Length];
            Life life = mortal.Live(_random.Next(mortal.LongestLife));
            ulong durable = Math.Max(_durable.GetValueOrDefault(mortal), life.Durable);
            ulong kept = life.Log is null ? 0 : Look(life.Log);
            if (kept < durable)
            {
                _lost++;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"LOST: {life.Log} has {kept} records, and {durable} were durable"));
            }

            _durable[mortal] = Math.Max(kept, durable);
            if (life.Finished)
            {
                _lost += mortal.Bury() ? 0 : 1;
                _durable[mortal] = 0;
                continue;
            }

            if (++done % 50 == 0)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} of {kills}: {kept} records in the last log, {_torn} tails torn, {_lost} lost, {_doubled} double"));
            }

            if (life.Log is not null && _random.Next(4) == 0)
            {
                Tear(life.Log);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} kills, {_lost} lost, {_doubled} double"));
        return _lost + _doubled == 0 ? 0 : 1;
    }

    /// <summary>How many records the log has; actions that stand in it twice or out of order are counted.</summary>
    private ulong Look(string folder)
    {
        using RecordLog log = RecordLog.Open(folder);
        ulong expected = 0;
        foreach (byte[] entry in log.ReadAll())
        {
            if (!RecordPeek.TryRead(entry, out _, out _, out ulong sequence) || sequence != expected)
            {
                _doubled++;
                expected = sequence;
            }

            expected++;
        }

        return log.RecoveredSize;
    }

    /// <summary>What a disk may leave of writes that no fsync followed: bytes behind the end of the records, and a slot of the commit that did not complete.</summary>
    private void Tear(string folder)
    {
        var bytes = new byte[_random.Next(1, 20_000)];
        _random.NextBytes(bytes);
        string? last = Directory.EnumerateFiles(folder, "records.*").OrderBy(static file => file.Length).ThenBy(static file => file, StringComparer.Ordinal).LastOrDefault();
        if (last is not null)
        {
            using FileStream file = File.OpenWrite(last);
            file.Seek(0, SeekOrigin.End);
            file.Write(bytes);
        }

        string[] slots = [.. Slots.Select(name => Path.Combine(folder, name)).Where(File.Exists).OrderBy(NumberOf)];
        if (slots.Length == 2)
        {
            using FileStream slot = File.OpenWrite(slots[0]); // the older one, which the next commit would have overwritten
            slot.Write(bytes, 0, Math.Min(bytes.Length, 40));
        }

        _torn++;
    }

    private static long NumberOf(string slot) => File.ReadAllBytes(slot) is { Length: >= 16 } bytes && (bytes.AsSpan().StartsWith("PISALOG1"u8) || bytes.AsSpan().StartsWith("PISATRY1"u8)) ? BitConverter.ToInt64(bytes, 8) : -1;
}
