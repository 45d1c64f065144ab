using System.Text;
using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Tiles;
using PomIsa.Files;

namespace PomIsa.Cli.Logs;

/// <summary>A log as others see it: tiles in a folder or behind a URL, and whom to believe.</summary>
internal sealed class PublishedLog
{
    private const string KeyFile = "key.vkey";
    private const int MaxPolicyBytes = 1 << 20;

    private readonly WitnessPolicy _policy;
    private readonly ITileSource _source;
    private readonly string _where;

    private PublishedLog(string where, ITileSource source, WitnessPolicy policy) => (_where, _source, _policy) = (where, source, policy);

    /// <summary>Opens tiles.</summary>
    /// <param name="where">A folder, or a URL.</param>
    /// <param name="key">Verifier key, or a file that holds it; null: key.vkey in the folder.</param>
    /// <param name="policy">A policy file instead; null: the key alone.</param>
    public static PublishedLog Open(string where, string? key, string? policy)
    {
        bool remote = where.StartsWith("http://", StringComparison.Ordinal) || where.StartsWith("https://", StringComparison.Ordinal);
        if (!remote && !Directory.Exists(where))
        {
            throw CliException.Usage($"There is no folder {where}. Write a log's tiles with: pomisa log export RUN -o {where}");
        }

        if (!remote && !Directory.Exists(Path.Combine(where, "tile")) && File.Exists(Path.Combine(where, RunDescription.FileName)))
        {
            throw CliException.Usage($"{where} is a run's folder, and not one of tiles. Write its log's tiles with: pomisa log export {where} -o DIR");
        }

        return new PublishedLog(where, remote ? new HttpTiles(new Uri(where)) : new FolderTiles(where), Trusted(key, policy, remote ? null : where));
    }

    /// <summary>Whom to believe: a policy's logs and witnesses, or one key.</summary>
    public static WitnessPolicy Trusted(string? key, string? policy, string? folder) => policy is not null ? ReadPolicy(policy) : WitnessPolicy.Of(ReadKey(key, folder));

    /// <summary>Writes a run's log as tiles; the checkpoint comes last.</summary>
    /// <returns>Entries, and files that were not there before.</returns>
    public static (ulong Size, int Files) Export(RecordLog log, byte[] note, VerifierKey key, string folder, Action<ulong> progress, CancellationToken stop)
    {
        if (!Checkpoint.TryOpen(note, key, out Checkpoint checkpoint, out NoteFault fault))
        {
            throw CliException.Refused($"The run's checkpoint is not its key's ({fault}).");
        }

        RequireExtends(folder, log, key);
        var writer = new TileWriter(folder);
        foreach (byte[] entry in log.ReadAll())
        {
            if (writer.Size == checkpoint.Size)
            {
                break;
            }

            writer.Append(entry);
            if (writer.Size % 65536 == 0)
            {
                stop.ThrowIfCancellationRequested();
                progress(writer.Size);
            }
        }

        writer.Finish();
        if (writer.Size != checkpoint.Size || new TileTree(new FolderTiles(folder), writer.Size).Root != checkpoint.Root)
        {
            throw CliException.Refused($"The log's {writer.Size} entries are not those that its checkpoint was signed over; the checkpoint was not written.");
        }

        AtomicFile.Write(Path.Combine(folder, KeyFile), Encoding.UTF8.GetBytes(key + "\n"));
        AtomicFile.Write(Path.Combine(folder, TilePath.Checkpoint), note);
        return (writer.Size, writer.FilesWritten);
    }

    /// <summary>Whether there is a checkpoint, whoever signed it.</summary>
    public bool HasCheckpoint => _source.TryRead(TilePath.Checkpoint, SignedNote.MaxBytes, out _);

    /// <summary>The signed checkpoint, its signatures checked.</summary>
    public (byte[] Note, Checkpoint Checkpoint) Head()
    {
        if (!_source.TryRead(TilePath.Checkpoint, SignedNote.MaxBytes, out byte[]? note))
        {
            throw CliException.Refused($"{_where} has no checkpoint.");
        }

        return _policy.TryOpen(note, out Checkpoint? checkpoint, out string fault) ? (note, checkpoint) : throw CliException.Refused($"{_where}: {fault}.");
    }

    /// <summary>The tree of its tiles; what it says is held against a signed root by who asks.</summary>
    public TileTree Tree(ulong size) => new(_source, size);

    /// <summary>Derives everything from the tiles alone: entries, all tiles, the root, and the rules of minting.</summary>
    public bool Check(out Checkpoint checkpoint, out string fault)
    {
        (_, checkpoint) = Head();
        try
        {
            bool sound = LogCheck.Verify(TileCheck.Entries(_source, checkpoint.Size), checkpoint, out LogCheckFault found);
            fault = sound ? "" : found.ToString();
            return sound;
        }
        catch (TileException e)
        {
            fault = e.Message;
            return false;
        }
    }

    /// <summary>The proof that an entry is in the log, with the checkpoint as it stands.</summary>
    public LogProof Prove(ulong index, out byte[] entry)
    {
        (byte[] note, Checkpoint checkpoint) = Head();
        if (index >= checkpoint.Size)
        {
            throw CliException.Usage($"The log has {checkpoint.Size} entries, from 0 to {checkpoint.Size - 1}.");
        }

        var tree = new TileTree(_source, checkpoint.Size);
        entry = TileCheck.Entry(_source, checkpoint.Size, index);
        var proof = new LogProof(index, tree.InclusionPath(index, checkpoint.Size), note);
        return proof.TryVerify(entry, _policy, out _, out string fault) ? proof : throw CliException.Refused($"{_where}: {fault}.");
    }

    /// <summary>Adds signature lines to the checkpoint of a folder, those that are right and a witness's of the policy.</summary>
    /// <returns>How many it gained.</returns>
    public static int AddCosignatures(string folder, string lines, WitnessPolicy policy)
    {
        string path = Path.Combine(folder, TilePath.Checkpoint), note = File.ReadAllText(path);
        int added = 0;
        foreach (string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string with = note + line + "\n";
            if (!note.Contains(line + "\n", StringComparison.Ordinal)
                && policy.Witnesses.Any(w => line.StartsWith($"\u2014 {w.Name} ", StringComparison.Ordinal) && SignedNote.TryOpen(Encoding.UTF8.GetBytes(with), [w], out _, out _)))
            {
                (note, added) = (with, added + 1);
            }
        }

        AtomicFile.Write(path, Encoding.UTF8.GetBytes(note));
        return added;
    }

    // Never two checkpoints of which neither is a prefix of the other: what the folder's says must be a prefix of this log.
    private static void RequireExtends(string folder, RecordLog log, VerifierKey key)
    {
        string path = Path.Combine(folder, TilePath.Checkpoint);
        if (!File.Exists(path))
        {
            return;
        }

        if (!Checkpoint.TryOpen(File.ReadAllBytes(path), key, out Checkpoint old, out _) || old.Size > log.Size
            || new TileTree(new FolderTiles(folder), old.Size).Root != old.Root)
        {
            throw CliException.Refused($"{folder} holds another log, or more of this one. Export to another folder.");
        }
    }

    public static VerifierKey ReadKey(string? given, string? folder)
    {
        string? file = given is not null && File.Exists(given) ? given : given is null && folder is not null ? Path.Combine(folder, KeyFile) : null;
        if (given is null && (file is null || !File.Exists(file)))
        {
            throw CliException.Usage("Name the log's verifier key with --key VKEY, or a policy with --policy FILE.");
        }

        string text = (file is null ? given! : File.ReadAllText(file)).TrimEnd('\n');
        return VerifierKey.TryParse(text, out VerifierKey key) && key.Type == VerifierKey.Ed25519Type
            ? key
            : throw CliException.Usage($"'{(text.Length > 80 ? text[..80] + "…" : text)}' is no log's verifier key (name+id+base64).");
    }

    private static WitnessPolicy ReadPolicy(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > MaxPolicyBytes)
        {
            throw CliException.Usage($"There is no policy file {path}, or it is larger than {MaxPolicyBytes >> 10} KiB.");
        }

        return WitnessPolicy.TryParse(File.ReadAllText(path), out WitnessPolicy? policy, out string fault) ? policy : throw CliException.Usage($"{path}: {fault}.");
    }
}
