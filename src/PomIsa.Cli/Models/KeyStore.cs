using System.Security.Cryptography;
using PomIsa.Evidence.Keys;
using PomIsa.Files;
using PomIsa.Shards;

namespace PomIsa.Cli.Models;

/// <summary>Private keys in a folder, sealed: by the user's passphrase where one is set, else by a secret file beside them.</summary>
/// <remarks>The secret file keeps a key that is copied alone, or a backup without it, from being of use; who can read the whole folder has the keys. A passphrase is better.</remarks>
internal sealed class KeyStore(string folder)
{
    public const string PassphraseVariable = "POMISA_PASSPHRASE";

    private const string Publisher = "publisher key";
    private const int SecretBytes = 32;

    private string SecretPath => Path.Combine(folder, "secret");

    public LogKey LoadLog(string path)
    {
        using KeyLock with = Lock();
        return LogKey.Load(path, with);
    }

    public void Save(LogKey key, string path)
    {
        using KeyLock with = Lock();
        key.Save(path, with);
    }

    public PublisherKey LoadPublisher(string path)
    {
        string text = new FileInfo(path).Length > 1 << 16 ? "" : File.ReadAllText(path);
        if (!KeyLock.IsSealed(text))
        {
            return PublisherKey.Load(path);
        }

        using KeyLock with = Lock();
        return with.TryOpen(text, Publisher, out byte[] pem)
            ? PublisherKey.OfPem(System.Text.Encoding.ASCII.GetString(pem), path)
            : throw CliException.Environment($"{path} is sealed, and this passphrase ({PassphraseVariable}) or secret does not open it");
    }

    public void Save(PublisherKey key, string path)
    {
        using KeyLock with = Lock();
        key.Save(path, pem => with.Seal(Publisher, System.Text.Encoding.ASCII.GetBytes(pem)));
    }

    private KeyLock Lock()
    {
        if (Environment.GetEnvironmentVariable(PassphraseVariable) is { Length: > 0 } passphrase)
        {
            return KeyLock.OfPassphrase(passphrase);
        }

        if (!File.Exists(SecretPath))
        {
            try
            {
                SecretFile.Create(SecretPath, RandomNumberGenerator.GetBytes(SecretBytes));
            }
            catch (IOException) when (File.Exists(SecretPath))
            {
                // Another process made it first.
            }
        }

        byte[] secret = File.ReadAllBytes(SecretPath);
        return secret.Length == SecretBytes ? KeyLock.OfSecret(secret)
            : throw CliException.Refused($"{SecretPath} is not the secret that keys were sealed with: it has {secret.Length} bytes, not {SecretBytes}. Restore it, or set {PassphraseVariable}.");
    }
}
