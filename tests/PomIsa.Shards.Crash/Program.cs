using PomIsa.Shards;

// The process that the tests kill: imports a folder and prints a line for each chunk.
// Arguments: store folder, weights folder, public key file. Exit code 3: the store failed, 4: the weights were refused.
try
{
    using PublisherPublicKey publisher = PublisherPublicKey.Load(args[2]);
    using ShardStore store = ShardStore.Open(args[0]);
    if (!WeightSet.TryImport(args[1], publisher, store, new LineProgress(), out _, out ShardFault fault))
    {
        Console.Out.WriteLine(fault.Describe());
        return 4;
    }

    Console.Out.WriteLine("done");
    return 0;
}
catch (ShardStoreException e)
{
    Console.Out.WriteLine(e.Message);
    return 3;
}

internal sealed class LineProgress : IProgress<ImportProgress>
{
    public void Report(ImportProgress value)
    {
        Console.Out.WriteLine($"chunk {value.ChunksDone}");
        Console.Out.Flush();
    }
}
