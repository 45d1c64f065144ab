namespace PomIsa.Shards.Tests;

/// <summary>A folder of one test's own, gone afterwards; and a small model in it.</summary>
internal sealed class Scratch : IDisposable
{
    public Scratch()
    {
        Root = Directory.CreateTempSubdirectory("pomisa-shards-").FullName;
        Key = PublisherKey.Create();
    }

    public string Root { get; }

    public PublisherKey Key { get; }

    public string Store => Path.Combine(Root, "store");

    public string Model => Path.Combine(Root, "model");

    /// <summary>Three shards of some 150 KB, signed in chunks of 16 KiB; the bytes are a function of the seed.</summary>
    public Manifest WriteModel(int seed = 1, string name = "govsum", int shardSize = 16 * 1024, int width = 128)
    {
        Directory.CreateDirectory(Model);
        foreach (string file in new[] { "embed", "layers", "head" })
        {
            seed++;
            TensorFile.Write(Path.Combine(Model, file + ".shard"),
            [
                TensorData.F32(file + ".w", [width / 16, 256, 16], Floats(seed, width * 256)),
                TensorData.I8(file + ".q", [width / 16, 64, 16, 4], Bytes(seed, width * 256)),
                TensorData.F32(file + ".q.scale", [width], Floats(seed + 100, width)),
            ]);
        }

        return ManifestWriter.Sign(Model, name, Key, shardSize);
    }

    public ImportReport Import(ShardStore store) =>
        WeightSet.TryImport(Model, Key.PublicKey, store, null, out ImportReport? report, out ShardFault fault)
            ? report
            : throw new InvalidOperationException(fault.Describe());

    public ShardFault Refusal(ShardStore store, PublisherPublicKey? key = null)
    {
        Assert.False(WeightSet.TryImport(Model, key ?? Key.PublicKey, store, null, out _, out ShardFault fault));
        Assert.NotEqual(ShardFaultCode.None, fault.Code);
        return fault;
    }

    /// <summary>Changes one byte of a file.</summary>
    public static void Flip(string path, long at, byte mask = 1)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        int value = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(value ^ mask));
    }

    public static float[] Floats(int seed, int count)
    {
        var values = new float[count];
        uint state = (uint)seed;
        for (int i = 0; i < count; i++)
        {
            state = (state * 1664525) + 1013904223;
            values[i] = BitConverter.UInt32BitsToSingle(state);
        }

        return values;
    }

    public static sbyte[] Bytes(int seed, int count) =>
        [.. Floats(seed, count).Select(static f => (sbyte)(BitConverter.SingleToInt32Bits(f) >> 16))];

    public void Dispose()
    {
        Key.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}
