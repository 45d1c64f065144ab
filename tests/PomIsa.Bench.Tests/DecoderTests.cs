using PomIsa.Assembly;
using PomIsa.Bench.Decoders;
using PomIsa.Bench.Runs;
using PomIsa.Evidence.Log;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Bench.Tests;

public sealed class DecoderTests : IDisposable
{
    private static readonly DecoderSize Tiny = new("tiny", 64, 2, 4, 2, 16, 128, 96);

    private readonly string _folder = Directory.CreateTempSubdirectory("pomisa-bench-tests-").FullName;

    public static TheoryData<string> Kinds => [.. WeightKind.All.Select(static k => k.Name)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_decoder_gives_the_same_tokens_with_and_without_evidence_and_with_any_threads(string kind)
    {
        CachedDecoder decoder = Open(kind);
        using BoundProgram program = decoder.Load(tokens: 8);
        using RecordLog log = RecordLog.Open(Path.Combine(_folder, "log"));
        using WorkerPool one = new(1), three = new(3);
        IDecoderRunner[] runners =
        [
            new MachineRunner(Tiny, program, one, log, default),
            new MachineRunner(Tiny, program, three, null, default),
        ];
        double[][] rates = Interleaved.Rates(runners, Workload.Decode(8), 2, default);
        Assert.All(rates.SelectMany(static r => r), static r => Assert.True(r > 0));
        RunTiming prefill = runners[0].Run(Workload.Prefill(128));
        Assert.Single(prefill.Tokens);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_decoder_is_written_once(string kind)
    {
        string first = Open(kind).Folder;
        DateTime written = File.GetLastWriteTimeUtc(Path.Combine(first, "decoder.json"));
        Assert.Equal(first, Open(kind).Folder);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(first, "decoder.json")));
        Assert.Empty(Directory.GetDirectories(_folder, "*.new"));
    }

    [Fact]
    public void A_decoder_that_was_interrupted_is_not_there()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var cache = new DecoderCache(_folder);
        Assert.Throws<OperationCanceledException>(() => cache.Open(Tiny, WeightKind.F32, new Progress<string>(), stop.Token));
        Assert.Empty(Directory.GetDirectories(_folder));
    }

    [Fact]
    public void Runs_that_differ_give_no_figures()
    {
        IDecoderRunner[] runners = [new Fixed([1, 2]), new Fixed([1, 3])];
        Assert.Throws<ResultsDifferException>(() => Interleaved.Rates(runners, Workload.Decode(1), 1, default));
    }

    [Fact]
    public void Every_size_assembles_in_every_kind()
    {
        foreach (DecoderSize size in DecoderSize.All)
        {
            Assert.Equal(size.Dim, size.Heads * size.HeadDim);
            Assert.All(WeightKind.All, kind => Assert.Empty(Assembler.Assemble(DecoderSource.Of(size, kind, 8), "decoder.pisa").Diagnostics));
        }
    }

    [Fact]
    public void The_size_135M_has_its_name_from_its_weights() =>
        Assert.Equal(134_515_008, DecoderSize.All.First(static s => s.Name == "135M").Tensors.Sum(static t => t.Count));

    private CachedDecoder Open(string kind) =>
        new DecoderCache(_folder).Open(Tiny, WeightKind.All.First(k => k.Name == kind), new Progress<string>(), default);

    private sealed class Fixed(int[] tokens) : IDecoderRunner
    {
        public string Name => "fixed";

        public bool IsExact => true;

        public RunTiming Run(Workload workload) => new([.. tokens], 1, 1);
    }
}
