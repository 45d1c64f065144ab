using PomIsa.Identity.Matrix;
using PomIsa.Identity.Workload;
using PomIsa.Kernels;
using PomIsa.Shards;

namespace PomIsa.Identity.Tests;

public sealed class WorkloadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomisa-identity-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Elements))]
    public void Rows_and_states_are_the_same_in_every_batch(string element)
    {
        using ShardStore store = ShardStore.Open(Path.Combine(_folder, "store"));
        var decoder = new SyntheticDecoder(Directory.CreateDirectory(Path.Combine(_folder, "weights")).FullName, element);
        string[] digests = [.. new[] { 1, 7, 64 }.Select(batch => Run(batch, 2, c => DecoderPart.Rows(decoder, store, c).Digest)).Distinct()];
        Assert.Single(digests);
    }

    [Fact]
    public void Every_opcode_of_the_table_retires() => Assert.True(Run(1, 1, static c => VectorsPart.Run(c).Retires) > 0);

    [Fact]
    public void Another_workload_has_another_digest()
    {
        string five = Run(1, 1, static c => ControlPart.Run(c with { Size = new Size(5, 0) }).Digest);
        Assert.NotEqual(five, Run(1, 1, static c => ControlPart.Run(c with { Size = new Size(6, 0) }).Digest));
        Assert.Equal(five, Run(7, 2, static c => ControlPart.Run(c with { Size = new Size(5, 0) }).Digest));
    }

    public static TheoryData<string> Elements => [.. Parts.Elements];

    private static T Run<T>(int batch, int threads, Func<Conditions, T> part)
    {
        using var pool = new WorkerPool(threads);
        return part(new Conditions(pool, batch, Repository.Root, Size.Ci));
    }
}
