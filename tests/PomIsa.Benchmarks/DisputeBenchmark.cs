using System.Diagnostics;
using System.Globalization;
using PomIsa.Bench.Decoders;
using PomIsa.Cli.Runs;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Orders;
using PomIsa.Disputes.Protocol;
using PomIsa.Disputes.Values;
using PomIsa.Disputes.Values.Opcodes;
using PomIsa.Disputes.Values.Parties;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Benchmarks;

/// <summary>A generation in which a machine lies once, at the last record of each opcode, and stands to it: rounds, the proof's bytes, the milliseconds of its check.</summary>
internal static class DisputeBenchmark
{
    private const int Prompt = 16, Checks = 20;

    public static int Run(string[] arguments)
    {
        string name = arguments.Length > 0 ? arguments[0] : "135M", kind = arguments.Length > 1 ? arguments[1] : "w8";
        int tokens = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 128;
        string cache = arguments.Length > 3 ? arguments[3] : Path.Combine(".pomisa", "bench");
        DecoderSize size = DecoderSize.All.First(s => s.Name == name);
        bool silent = arguments.Length > 4 && arguments[4] == "silent"; // he opens nothing: what is small is proven as a whole
        using BoundProgram program = new DecoderCache(cache).Open(size, WeightKind.All.First(k => k.Name == kind), new Progress<string>(), CancellationToken.None).Load(tokens - 1);
        using var pool = new WorkerPool(Environment.ProcessorCount);
        var request = new RunRequest { Prompt = [.. Enumerable.Range(0, Prompt).Select(i => (i * 7919) % size.Vocabulary)] };
        byte[][] run = [.. Salvage.Execute(program, request, pool)];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {kind}, {Prompt} + {tokens} tokens, {run.Length} records, program {Dispute.Bare(program.Module).Length} bytes"));
        Console.WriteLine("opcode               record  rounds  proof bytes  check ms (median, least)  settled in s");
        HashSet<OpcodeRow> seen = [];
        for (int at = run.Length - 2; at > 0; at--)
        {
            if (Record.TryDecode(run[at], out Record record, out _) && record is Retire retire && InstructionTable.TryFind((byte)retire.Head.Opcode, out OpcodeRow? row) && seen.Add(row))
            {
                Lie(program, request, run, at, row, retire, pool, silent);
            }
        }

        return 0;
    }

    private static void Lie(BoundProgram program, RunRequest request, byte[][] run, int at, OpcodeRow row, Retire retire, WorkerPool pool, bool silent)
    {
        using LogKey key = LogKey.Create("example.org/liar");
        byte[][] entries = [.. run];
        byte[] lie = [];
        if (DerivationTable.Has(row) && row.RecordedTensors > 0)
        {
            IRunFlow flow = Flow(new MemoryLog(run), program, (ulong)at) ?? throw new InvalidOperationException("The flow is not known.");
            TensorForm form = new Subject(program.Module, flow.TryPlace((ulong)at, out RecordPlace? place) ? place : throw new InvalidOperationException(), (ulong)at).Form(0);
            CapturedValues.Of(program, request, pool, 0, [(ulong)at]).TryBytes((ulong)at, 0, out ReadOnlyMemory<byte> honest);
            lie = honest.ToArray();
            lie[lie.Length / 2] ^= 0x10;
            retire = retire with { Commitments = [Commitment.OfRoot(form.DType, form.Dimensions, BlockRanges.OfRows(form, lie).Root), .. retire.Commitments[1..]] };
        }
        else if (retire.Scalars.IsEmpty)
        {
            retire = retire with { Head = retire.Head with { Opcode = (ushort)(retire.Head.Opcode ^ 1) } };
        }
        else
        {
            retire = retire with { Scalars = [retire.Scalars[0] ^ 1, .. retire.Scalars[1..]] };
        }

        var bytes = new byte[Record.MaxEntryBytes];
        entries[at] = bytes[..RecordWriter.Write(bytes, retire)];
        Party liar = Sign(entries, key), honestParty = Sign(run, key) with { Key = null, Programs = [program.Module.Encode()], Runs = _ => new OwnRun(program, request) };
        var answers = new ValueParty(program, request, Digest.Of(run[0]), 0, (ulong)run.Length, index => Flow(liar.Log, program, index), key, pool)
        ;
        long start = Stopwatch.GetTimestamp();
        DisputeResult result = Dispute.Settle(liar with { Ask = silent ? null : q => answers.Answer(q) }, honestParty, Bisection.Sixteen, pool);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (result.Outcome != Outcome.Proven)
        {
            Console.WriteLine($"{row.Mnemonic,-20} {result.Text}");
            return;
        }

        List<double> checks = [];
        for (int i = 0; i < Checks; i++)
        {
            start = Stopwatch.GetTimestamp();
            FaultCheck.Check(result.Proof.Span, liar.Key, honestParty.Programs[0].Span);
            checks.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{row.Mnemonic,-20} {at,6}  {result.Difference!.Rounds,6}  {result.Proof.Length,11:N0}  {checks.Order().ElementAt(Checks / 2),10:F2} {checks.Min(),8:F2}          {seconds,8:F1}"));
    }

    private static Party Sign(byte[][] entries, LogKey key)
    {
        var checkpoint = new Checkpoint(key.Name, (ulong)entries.Length, Merkle.Root([.. entries.Select(static e => Merkle.LeafHash(e))]));
        return new Party("liar", new MemoryLog(entries, checkpoint, checkpoint.Sign(key)), key.Verifier);
    }

    private static IRunFlow? Flow(IDisputedLog log, BoundProgram program, ulong index)
    {
        byte[] opening = log.Entry(0);
        ProvenRecords records = new([(0, opening), (index, log.Entry(index))]);
        return OrderProof.Follow(log, program.Verified, 0, index, Digest.Of(opening), ref records, untilOne: true).Flow;
    }

}
