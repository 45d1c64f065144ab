using PomIsa.Audit;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;

namespace PomIsa.Cli.Runs;

/// <summary>Finds the first damaged record of a log that no longer opens, by holding its raw file against a replay.</summary>
/// <remarks>The log's files keep entries in order, each whole, with a few bytes between them. Only for telling where: the verdict stands already.</remarks>
internal static class Salvage
{
    // Between two entries lie a header, padding, and at a page's end what did not fit.
    private const int MostBetween = 4096;

    /// <summary>Replays <paramref name="runs"/> and names the first record that the files in <paramref name="logFolder"/> do not hold as it was.</summary>
    /// <returns>The index in the log and the replay's report; null where every record is there.</returns>
    public static (ulong Index, ReplayReport Report)? FirstDamaged(string logFolder, BoundProgram program, IEnumerable<RunRequest> runs, WorkerPool pool)
    {
        byte[] raw = [.. Directory.GetFiles(logFolder, "records.*").OrderBy(static f => f.Length).ThenBy(static f => f, StringComparer.Ordinal).SelectMany(File.ReadAllBytes)];
        int at = 0, between = 0;
        ulong index = 0;
        foreach (RunRequest request in runs)
        {
            List<byte[]> entries = Execute(program, request, pool);
            for (int i = 0; i < entries.Count; i++, index++)
            {
                ReadOnlySpan<byte> entry = entries[i];
                int found = raw.AsSpan(at, Math.Min(entry.Length + MostBetween, raw.Length - at)).IndexOf(entry);
                if (found >= 0)
                {
                    at += found + entry.Length;
                    between = i == 0 ? between : found;
                    continue;
                }

                int start = Math.Min(at + between, raw.Length), length = Math.Min(entry.Length, raw.Length - start);
                IEnumerable<byte[]> seen = entries.Take(i).Append(raw.AsSpan(start, length).ToArray());
                return (index, Replay.Verify(program, request, seen, pool));
            }
        }

        return null;
    }

    /// <summary>The records of a run, executed anew.</summary>
    public static List<byte[]> Execute(BoundProgram program, RunRequest request, WorkerPool pool)
    {
        RunOpen opening = request.Opening(program);
        var first = new byte[RecordWriter.MaxRunOpenBytes];
        var sink = new Collector();
        sink.TryTake(first.AsSpan(0, RecordWriter.WriteRunOpen(first, opening)), out _);
        MachineRun.TryExecute(program, request, opening.RunId, sink, pool, out _, out _);
        return sink.Entries;
    }

    private sealed class Collector : IRecordSink
    {
        public List<byte[]> Entries { get; } = [];

        public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
        {
            Entries.Add(entry.ToArray());
            refusal = "";
            return true;
        }

        public void Commit()
        {
        }
    }
}
