using System.Text;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Files;

namespace PomIsa.Cli.Models;

/// <summary>The files of one log's key in a data folder: <c>.key</c> sealed, <c>.vkey</c> for those who check, <c>.trail</c> what became of it, <c>.next</c> while one key gives way to another.</summary>
internal sealed class LogKeyFiles(DataFolder folder, string name)
{
    public string Private => PathOf(folder, name, ".key");

    public string Public => PathOf(folder, name, ".vkey");

    public string Trail => PathOf(folder, name, ".trail");

    private string Next => PathOf(folder, name, ".next");

    /// <summary>A key's file: its name with what can't stand in a file's name replaced.</summary>
    public static string PathOf(DataFolder folder, string name, string ending) =>
        Path.Combine(folder.Keys, string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-')) + ending);

    /// <summary>Writes a new key; one that exists stays.</summary>
    public void Save(LogKey key)
    {
        folder.KeyStore.Save(key, Private);
        Publish(key.Verifier);
    }

    /// <summary>Loads the private key.</summary>
    /// <exception cref="CliException">There is none.</exception>
    public LogKey Load() => File.Exists(Private) ? folder.KeyStore.LoadLog(Private)
        : throw CliException.Usage($"There is no log key {name} in {Path.GetRelativePath(".", folder.Keys)}.");

    /// <summary>Gives the log a new key and says which one it follows; null where an interrupted rotation had only the new key's names left to give.</summary>
    /// <remarks>
    /// The new key is written before the trail names it, and the old one is put aside after that: cut off at any instant, the trail names no key that is not there,
    /// and the next rotation ends the one that was begun.
    /// </remarks>
    public VerifierKey? Rotate(out VerifierKey now)
    {
        if (!File.Exists(Private) && File.Exists(Next))
        {
            using LogKey named = folder.KeyStore.LoadLog(Next);
            TakePlace(now = named.Verifier);
            return null;
        }

        using LogKey old = Load();
        using LogKey next = Begun(old) ?? Begin(old);
        Retire(old);
        TakePlace(now = next.Verifier);
        return old.Verifier;
    }

    /// <summary>Signs that the key is not to be believed any more, and puts it aside.</summary>
    public VerifierKey Revoke()
    {
        using LogKey key = Load();
        Leave(KeyTrail.Revoke(key));
        Retire(key);
        return key.Verifier;
    }

    // What a rotation left that was cut off: the new key, if the trail names it. If not, nobody has seen it, and it goes.
    private LogKey? Begun(LogKey old)
    {
        if (!File.Exists(Next))
        {
            return null;
        }

        LogKey next = folder.KeyStore.LoadLog(Next);
        string rotation = Encoding.UTF8.GetString(KeyTrail.Rotate(old, next));
        if (File.Exists(Trail) && File.ReadAllText(Trail).EndsWith($"{rotation}\n", StringComparison.Ordinal))
        {
            return next;
        }

        next.Dispose();
        File.Delete(Next);
        return null;
    }

    private LogKey Begin(LogKey old)
    {
        LogKey next = LogKey.Create(old.Name);
        folder.KeyStore.Save(next, Next);
        Leave(KeyTrail.Rotate(old, next));
        return next;
    }

    private void Retire(LogKey key) => File.Move(Private, PathOf(folder, name, $".{key.Verifier.Id:x8}.old"));

    private void TakePlace(VerifierKey key)
    {
        File.Move(Next, Private);
        Publish(key);
    }

    private void Publish(VerifierKey key) => AtomicFile.Write(Public, Encoding.UTF8.GetBytes($"{key}\n"));

    // Before anything else changes.
    private void Leave(byte[] note)
    {
        string before = File.Exists(Trail) ? File.ReadAllText(Trail) : "";
        AtomicFile.Write(Trail, Encoding.UTF8.GetBytes($"{before}{Encoding.UTF8.GetString(note)}\n"));
    }
}
