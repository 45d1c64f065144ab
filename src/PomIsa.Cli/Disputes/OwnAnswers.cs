using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Protocol;
using PomIsa.Evidence.Keys;
using PomIsa.Kernels;

namespace PomIsa.Cli.Disputes;

/// <summary>Answers for a run's folder, by executing it and with the key that signed its log, where both lie beside it.</summary>
internal sealed class OwnAnswers : IDisposable
{
    private readonly LogKey _key;
    private readonly RunAnswers _answers;

    private OwnAnswers(LogKey key, RunAnswers answers) => (_key, _answers) = (key, answers);

    /// <summary>Opens what it takes; null with a reason where that is not there.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="key">The key of its log.</param>
    /// <param name="log">Its log.</param>
    /// <param name="machine">Executes its runs.</param>
    /// <param name="pool">Threads for that.</param>
    /// <param name="why">One sentence.</param>
    public static OwnAnswers? TryOpen(string folder, VerifierKey key, IDisputedLog log, RunMachine machine, WorkerPool pool, out string why)
    {
        AnsweredRun[] runs = [.. machine.All];
        why = machine.Why;
        if (why.Length > 0 || Load(folder, ref why) is not { } signer)
        {
            return null;
        }

        if (!signer.Verifier.Equals(key))
        {
            signer.Dispose();
            why = "The signing key beside the runs is not the one that signed the log.";
            return null;
        }

        return new OwnAnswers(signer, new RunAnswers(log, runs, signer, pool));
    }

    /// <summary>The answer; empty where there is none.</summary>
    public byte[] Answer(ReadOnlySpan<byte> question) => _answers.Answer(question);

    public void Dispose() => _key.Dispose();

    private static LogKey? Load(string folder, ref string why)
    {
        DataFolder data = DataFolder.Of(folder);
        string path = RunFolder.KeyPath(data, Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        why = "Its signing key is not beside the runs.";
        try
        {
            return File.Exists(path) ? data.KeyStore.LoadLog(path) : null;
        }
        catch (KeyFileException e)
        {
            why = e.Message;
            return null;
        }
    }
}
