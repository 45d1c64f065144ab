using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Tests.Support;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Disputes.Tests.Support;

/// <summary>Records of a run, and logs that parties sign of them.</summary>
internal static class LoggedRun
{
    /// <summary>Executes a program and keeps its records.</summary>
    public static byte[][] Of(BoundProgram program, RunRequest request)
    {
        byte[][]? entries = TryOf(program, request);
        Assert.True(entries is not null, "The run traps.");
        return entries;
    }

    /// <summary>The same; null where the run traps.</summary>
    public static byte[][]? TryOf(BoundProgram program, RunRequest request)
    {
        using var pool = new WorkerPool(1);
        RunOpen opening = request.Opening(program);
        var first = new byte[RecordWriter.MaxRunOpenBytes];
        var sink = new RecordList();
        sink.TryTake(first.AsSpan(0, RecordWriter.WriteRunOpen(first, opening)), out _);
        return MachineRun.TryExecute(program, request, opening.RunId, sink, pool, out _, out _) ? [.. sink.Entries] : null;
    }

    /// <summary>A party that signs these entries as its log.</summary>
    public static Party Signed(string name, IReadOnlyList<byte[]> entries, BoundProgram? program = null)
    {
        using LogKey key = LogKey.Create("example.org/" + name);
        var checkpoint = new Checkpoint(key.Name, (ulong)entries.Count, Merkle.Root([.. entries.Select(static e => Merkle.LeafHash(e))]));
        return new Party(name, new MemoryLog(entries, checkpoint, checkpoint.Sign(key)), key.Verifier)
        {
            Programs = program is null ? [] : [program.Module.Encode()],
        };
    }

    /// <summary>The entries with one record changed.</summary>
    public static byte[][] With(byte[][] entries, int index, Func<Record, Record> change)
    {
        Assert.True(Record.TryDecode(entries[index], out Record record, out _));
        byte[][] changed = [.. entries];
        changed[index] = Encode(change(record));
        return changed;
    }

    /// <summary>A record's bytes.</summary>
    public static byte[] Encode(Record record)
    {
        var bytes = new byte[Record.MaxEntryBytes];
        return bytes[..RecordWriter.Write(bytes, record)];
    }

    /// <summary>The entries as a liar numbers them who left something out or put something in.</summary>
    public static byte[][] Renumbered(IEnumerable<byte[]> entries) => [.. entries.Select(static (entry, i) =>
    {
        Assert.True(Record.TryDecode(entry, out Record record, out _));
        return record switch
        {
            Retire retire => Encode(retire with { Head = retire.Head with { Sequence = (ulong)i } }),
            RunClose close => Encode(close with { Sequence = (ulong)i, Retired = (ulong)i - 1 }),
            _ => entry,
        };
    })];
}
