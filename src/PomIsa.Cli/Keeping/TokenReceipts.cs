using System.Globalization;
using PomIsa.Cli.Logs;
using PomIsa.Cli.Runs;
using PomIsa.Evidence.Keeping;
using PomIsa.Evidence.Keys;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Evidence.Trees;
using PomIsa.Machine;

namespace PomIsa.Cli.Keeping;

/// <summary>Receipts from a run's folder, and what they are checked against.</summary>
internal static class TokenReceipts
{
    // Tokens are numbers of a vocabulary; none has more.
    private const int MostTokens = 1 << 24;

    /// <summary>The receipt of a token.</summary>
    /// <exception cref="CliException">There is no such token, or the log is not what was signed.</exception>
    public static byte[] Issue(string folder, int run, uint position, out Receipt receipt)
    {
        KeptRoots roots = KeptRun.Open(folder, out _);
        VerifierKey key = VerifierKey.TryParse(File.ReadAllText(RunFolder.VerifierPath(folder)).TrimEnd('\n'), out VerifierKey read) ? read : throw CliException.Refused($"{RunFolder.VerifierPath(folder)} holds no verifier key.");
        KeptPart[] emits = [.. OfRun(roots, run)];
        if (position >= emits.Length)
        {
            throw CliException.Usage(string.Create(CultureInfo.InvariantCulture, $"Run {run} of {folder} emitted {emits.Length} tokens; they are counted from 0."));
        }

        KeptPart emit = emits[position];
        _ = Record.TryDecode(emit.Entry.AsSpan(), out Record record, out _);
        var retire = (Retire)record;
        (int token, Digest? salt) = retire.IsPrivate && retire.SaltsScalars ? Opened(folder, run, retire) : ((int)retire.Scalars[0], null);
        receipt = Receipt.Of(roots, emit, key.Id, position, token, salt);
        return receipt.ToBytes();
    }

    /// <summary>What a receipt is held against: whom to trust, the checkpoint, and the tree where there is one.</summary>
    /// <param name="where">A run's folder, tiles, a URL, or a checkpoint's file.</param>
    /// <param name="key">Verifier key, or a file that holds it.</param>
    /// <param name="policy">A policy file instead.</param>
    public static (WitnessPolicy Policy, byte[] Note, IRangeRoots? Tree) Around(string where, string? key, string? policy)
    {
        if (File.Exists(Path.Combine(where, RunDescription.FileName)))
        {
            KeptRoots roots = KeptRun.Open(where, out byte[] signed);
            return (PublishedLog.Trusted(key, policy, where), signed, roots);
        }

        if (File.Exists(where))
        {
            return new FileInfo(where).Length <= SignedNote.MaxBytes
                ? (PublishedLog.Trusted(key, policy, null), File.ReadAllBytes(where), null)
                : throw CliException.Refused($"{where} is longer than a checkpoint can be.");
        }

        PublishedLog log = PublishedLog.Open(where, key, policy);
        (byte[] note, Checkpoint checkpoint) = log.Head();
        return (PublishedLog.Trusted(key, policy, where), note, log.Tree(checkpoint.Size));
    }

    /// <summary>That a receipt's position is the number of its run's tokens before it.</summary>
    /// <exception cref="CliException">It is not.</exception>
    public static bool RequirePosition(KeptRoots roots, Receipt receipt, string path)
    {
        int opening = roots.Parts.Count(part => part.First <= receipt.Index && IsOpening(part)) - 1, before = OfRun(roots, opening).Count(part => part.First < receipt.Index);
        return before == receipt.Position ? true
            : throw CliException.Refused(string.Create(CultureInfo.InvariantCulture, $"{path} says that {receipt.Position} tokens came before; in the log there are {before}."));
    }

    private static IEnumerable<KeptPart> OfRun(KeptRoots roots, int run)
    {
        int at = -1;
        HashSet<ulong> emits = [.. KeptRun.Emits(roots).Select(static part => part.First)];
        foreach (KeptPart part in roots.Parts)
        {
            at += IsOpening(part) ? 1 : 0;
            if (at == run && emits.Contains(part.First))
            {
                yield return part;
            }
        }
    }

    private static bool IsOpening(KeptPart part) => part.IsEntry && Record.TryDecode(part.Entry.AsSpan(), out Record record, out _) && record is RunOpen;

    // The secret gives the salt; which token it hides is found by trying them.
    private static (int Token, Digest? Salt) Opened(string folder, int run, Retire retire)
    {
        RunPrivacy? privacy = RunDescription.Load(folder).Runs.ElementAtOrDefault(run)?.ToRequest().Privacy;
        if (privacy is null)
        {
            throw CliException.Refused($"{folder} holds a private run without its secret: its tokens can't be opened.");
        }

        Digest salt = privacy.Secret.Salt(retire.Head.Sequence, 0);
        for (int token = 0; token < MostTokens; token++)
        {
            if (Salted.Opens(retire, 0, token, salt))
            {
                return (token, salt);
            }
        }

        throw CliException.Refused($"The secret in {folder} is not that of its run.");
    }
}
