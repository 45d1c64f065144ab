using System.Text;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Tests.Log;
using PomIsa.Evidence.Tests.Records;
using PomIsa.Evidence.Tiles;
using PomIsa.Tests;

namespace PomIsa.Evidence.Tests.Tiles;

/// <summary>Tiles that we write, checked by a program that shares no code with us: Python's standard library and openssl.</summary>
public class IndependentTests
{
    [PythonFact]
    public void A_stranger_finds_our_tiles_sound_and_a_changed_byte_not()
    {
        using var folder = new TemporaryFolder();
        using var key = LogKey.FromSeed("example.org/log", Bytes.Of(4, 32));
        var writer = new TileWriter(folder.Path);
        foreach (byte[] entry in Enumerable.Range(0, 150).SelectMany(static i => Samples.Run(i, 2)))
        {
            writer.Append(entry);
        }

        writer.Finish();
        var tree = new TileTree(new FolderTiles(folder.Path), writer.Size);
        File.WriteAllBytes(Path.Combine(folder.Path, "checkpoint"), new Checkpoint(key.Name, writer.Size, tree.Root).Sign(key));
        string tiles = folder.Path, vkey = key.Verifier.ToString(), beside = Directory.CreateDirectory(Path.Combine(tiles, "beside")).FullName;
        byte[] note = File.ReadAllBytes(Path.Combine(tiles, "checkpoint"));
        string old = Path.Combine(beside, "old"), request = Path.Combine(beside, "request"), proof = Path.Combine(beside, "proof"), record = Path.Combine(beside, "record");
        File.WriteAllBytes(old, new Checkpoint(key.Name, 300, tree.RootOf(300)).Sign(key));
        File.WriteAllBytes(proof, new LogProof(417, tree.InclusionPath(417, 600), note).ToBytes());
        File.WriteAllBytes(record, TileCheck.Entry(new FolderTiles(tiles), 600, 417));
        File.WriteAllBytes(request, Request(tree.ConsistencyProof(300, 600), note));
        string[] all = [tiles, vkey, "--old", old, "--proof", proof, record, "--witness", request];
        Assert.Equal((0, $"sound 600 {tree.Root}\nprefix 300\nincluded 417\nconsistent 300 600"), Check(all));

        File.WriteAllBytes(request, Request(tree.ConsistencyProof(301, 600), note));
        Assert.Equal((1, "the consistency proof proves nothing"), Check(tiles, vkey, "--witness", request));
        File.WriteAllBytes(old, new Checkpoint(key.Name, 300, tree.RootOf(301)).Sign(key));
        Assert.Equal((1, "the old checkpoint is no prefix"), Check(tiles, vkey, "--old", old));
        File.WriteAllBytes(record, TileCheck.Entry(new FolderTiles(tiles), 600, 418));
        Assert.Equal((1, "the path does not lead to the root"), Check(tiles, vkey, "--proof", proof, record));
        string tile = Path.Combine(tiles, "tile/0/001");
        byte[] bytes = File.ReadAllBytes(tile);
        bytes[77] ^= 1;
        File.WriteAllBytes(tile, bytes);
        Assert.Equal((1, "tile 1 of level 0"), Check(tiles, vkey));
    }

    // What a witness is asked with (C2SP tlog-witness): old size, consistency proof, the new checkpoint.
    private static byte[] Request(Digest[] proof, byte[] note) =>
        [.. Encoding.UTF8.GetBytes($"old 300\n{string.Concat(proof.Select(static d => Convert.ToBase64String(d.ToArray()) + "\n"))}\n"), .. note];

    private static (int Exit, string Last) Check(params string[] arguments)
    {
        (int exit, string said) = Python.CheckLog(arguments);
        return (exit, exit == 0 ? said : said.Split('\n')[^1]);
    }
}
