using System.Globalization;
using PomIsa;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Records;

// A writer that tests kill: executes one deterministic run against a log, committing every few records, and prints
// how many entries are durable. Arguments: folder, records, records between commits.
if (args is ["soak", ..])
{
    return PomIsa.Evidence.Crash.Soak.Run(Number(1, 500), Number(2, 1), args.Length > 3 ? args[3] : null);
}

string folder = args[0];
long records = long.Parse(args[1], CultureInfo.InvariantCulture);
long every = long.Parse(args[2], CultureInfo.InvariantCulture);
try
{
    using RecordLog log = RecordLog.Open(folder, millisecondsBetweenCommits: 0);
    var open = new RunOpen(Digest.Of("program"u8), Digest.Of("weights"u8), 1, Digest.Of("prompt"u8), SamplingParameters.Greedy, Digest.Of("event"u8), null);
    if (!Minter.TryBegin(log, open, out Minter minter, out MintFault fault))
    {
        Console.WriteLine($"fault {fault}");
        return 3;
    }

    using (minter)
    {
        Console.WriteLine($"recovered {log.RecoveredSize}");
        var entry = new byte[1024];
        for (long i = 1; i <= records; i++)
        {
            var head = new RetireHead(minter.RunId, minter.NextSequence, (uint)(i / 100), 1, (uint)(i % 100), 7);
            int length = RecordWriter.WriteRetire(entry, head, [], [Digest.Of(BitConverter.GetBytes(i))]);
            if (!minter.TryMint(entry.AsSpan(0, length), out fault))
            {
                Console.WriteLine($"fault {fault}");
                return 3;
            }

            if (i % every == 0)
            {
                log.CommitAndWait();
                Console.WriteLine($"committed {log.CommittedSize}");
                Console.Out.Flush();
            }
            else if (i % every == every / 2)
            {
                log.Commit();
            }
        }

        log.CommitAndWait();
        Console.WriteLine($"done {log.CommittedSize} {log.Root}");
        return 0;
    }
}
catch (LogException e)
{
    Console.WriteLine($"{e.Fault.Code}: {e.Message}");
    return 2;
}

int Number(int at, int otherwise) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;
