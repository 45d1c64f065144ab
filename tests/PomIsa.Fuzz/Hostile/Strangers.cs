using System.Text;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Tiles;
using PomIsa.Evidence.Trees;
using PomIsa.Shards;
using Record = PomIsa.Evidence.Records.Record;

namespace PomIsa.Fuzz.Hostile;

/// <summary>Keys, a small log and a small model, and every format in which strangers speak of them.</summary>
internal sealed class Strangers : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomisa-hostile-").FullName;

    public Strangers()
    {
        Log = LogKey.FromSeed("example.org/log", Seed(1));
        Next = LogKey.FromSeed("example.org/log", Seed(2));
        Witness = WitnessKey.FromSeed("witness.example", Seed(3));
        Publisher = PublisherKey.Create();
        Entries = [.. Run(1, 130), .. PrivateRun(2, 130)];
        Tree = new TreeFrontier();
        foreach (byte[] entry in Entries)
        {
            Tree.Append(Merkle.LeafHash(entry));
        }

        Checkpoint = new Checkpoint(Log.Name, Tree.Size, Tree.Root);
        byte[] text = Encoding.UTF8.GetBytes(Checkpoint.ToText());
        Note = [.. Checkpoint.Sign(Log), .. Encoding.UTF8.GetBytes(Witness.Line(text, 1_700_000_000))];
        var writer = new TileWriter(At("tiles"));
        foreach (byte[] entry in Entries)
        {
            writer.Append(entry);
        }

        writer.Finish();
        Tiles = Directory.GetFiles(At("tiles"), "*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(At("tiles"), f).Replace('\\', '/'), File.ReadAllBytes, StringComparer.Ordinal);
        Formats = [.. NoteFormats.Of(this), .. RecordFormats.Of(this), .. TileFormats.Of(this), .. ModelFormats.Of(this), .. KeepingFormats.Of(this), .. OpeningFormats.Of(this), .. DisputeFormats.Of(this), .. ValueFormats.Of(this)];
    }

    public LogKey Log { get; }

    public LogKey Next { get; }

    public WitnessKey Witness { get; }

    public PublisherKey Publisher { get; }

    /// <summary>Two runs, one of them private: 264 entries, so that the tiles have a full one and a partial one.</summary>
    public List<byte[]> Entries { get; }

    public TreeFrontier Tree { get; }

    public Checkpoint Checkpoint { get; }

    /// <summary>The signed checkpoint with a witness's cosignature.</summary>
    public byte[] Note { get; }

    /// <summary>Files of the published log, by path.</summary>
    public Dictionary<string, byte[]> Tiles { get; }

    public IReadOnlyList<Format> Formats { get; }

    public string At(string name) => Path.Combine(_folder, name);

    /// <summary>The signed note of any text, whether or not a note can have it.</summary>
    public byte[] SignAnything(ReadOnlySpan<byte> text)
    {
        byte[] blob = [.. BitConverter.GetBytes(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(Log.Verifier.Id)), .. Log.Sign(text)];
        return [.. text, .. Encoding.UTF8.GetBytes($"\n— {Log.Name} {Convert.ToBase64String(blob)}\n")];
    }

    public void Dispose()
    {
        Log.Dispose();
        Next.Dispose();
        Witness.Dispose();
        Publisher.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public static byte[] Encode(Record record)
    {
        var bytes = new byte[Record.MaxEntryBytes];
        return bytes[..RecordWriter.Write(bytes, record)];
    }

    private static byte[] Seed(byte fill) => [.. Enumerable.Repeat(fill, 32)];

    private static List<byte[]> Run(int seed, int retires)
    {
        var open = new RunOpen(Digest.Of(BitConverter.GetBytes(seed)), Digest.Of("weights"u8), 1, Digest.Of("prompt"u8), SamplingParameters.Greedy, Digest.Of("event"u8), new RunBounds(1000, 10, 20));
        List<byte[]> entries = [Encode(open)];
        for (ulong i = 1; i <= (ulong)retires; i++)
        {
            var head = new RetireHead(open.RunId, i, (uint)(i / 10), 1, (uint)(i % 10), 3);
            entries.Add(Encode(new Retire(head, i == 1 ? [new SymbolChange(0, 9), new SymbolChange(3, 1)] : [], i % 7 == 0 ? [] : [Digest.Of(BitConverter.GetBytes(i))], i % 7 == 0 ? [(long)i] : [])));
        }

        entries.Add(Encode(new RunClose(open.RunId, (ulong)retires + 1, Digest.Of("response"u8), 5, (ulong)retires, RunStatus.Finished)));
        return entries;
    }

    private static List<byte[]> PrivateRun(int seed, int retires)
    {
        RunSecret secret = RunSecret.Of(Seed(9));
        var open = new RunOpen(Digest.Of(BitConverter.GetBytes(seed)), Digest.Of("weights"u8), 1, Digest.Of("prompt"u8), SamplingParameters.Greedy, Digest.Of("event"u8), null)
        {
            Private = new PrivateTerms(PrivacyMode.All, secret.Check),
        };
        List<byte[]> entries = [Encode(open)];
        for (ulong i = 1; i <= (ulong)retires; i++)
        {
            var head = new RetireHead(open.RunId, i, 0, 1, (uint)i, 3);
            entries.Add(Encode(new Retire(head, [], [], []) { IsPrivate = true, Salted = [Salted.Of(secret.Salt(i, 0), Digest.Of(BitConverter.GetBytes(i)))] }));
        }

        entries.Add(Encode(new RunClose(open.RunId, (ulong)retires + 1, Salted.Of(secret.Salt((ulong)retires + 1, 0), Digest.Of("response"u8)), 0, (ulong)retires, RunStatus.Abandoned) { IsPrivate = true }));
        return entries;
    }
}
