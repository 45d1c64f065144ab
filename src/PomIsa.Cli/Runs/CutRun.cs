using System.Globalization;
using PomIsa.Cli.Generating;
using PomIsa.Cli.Models;
using PomIsa.Evidence.Log;
using PomIsa.Evidence.Openings;
using PomIsa.Evidence.Records;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Text;
using PomIsa.Text.Tokens;

namespace PomIsa.Cli.Runs;

/// <summary>A run that was cut off, executed again from its start: what its log holds is compared, never minted a second time, and what follows is appended.</summary>
internal sealed class CutRun : IDisposable
{
    private readonly BegunRun _begun;
    private readonly AnswerText? _answer;

    private CutRun(RunFolder folder, BoundProgram program, BegunRun begun, ITokenizer? tokenizer)
    {
        (Folder, Program, _begun) = (folder, program, begun);
        _answer = tokenizer is null ? null : new AnswerText(tokenizer.Decode(), new StopTexts(begun.Stops), Show);
    }

    public RunFolder Folder { get; }

    public BoundProgram Program { get; }

    /// <summary>The response as text.</summary>
    public string Text { get; private set; } = "";

    private Action<string> Shows { get; set; } = static _ => { };

    /// <summary>Opens the folder of a run that was cut off.</summary>
    /// <exception cref="CliException">It is none, or what it ran is not there.</exception>
    public static CutRun Open(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!File.Exists(Path.Combine(path, RunDescription.FileName)))
        {
            throw CliException.Usage($"{path} is no run folder: it holds no {RunDescription.FileName}. A run that was cut off before it had one has minted nothing; the folder can be deleted.");
        }

        RunDescription claim = RunDescription.Load(path);
        if (claim.Kind == "demo")
        {
            throw CliException.Usage("A demo is taken up where it was cut off by: pomisa demo");
        }

        if (claim.Begun is not { } begun)
        {
            throw CliException.Usage(claim.Finished || !claim.Runs.IsEmpty
                ? $"{path} holds a run that was closed; there is nothing to take up. Verify it: pomisa verify {Path.GetRelativePath(".", path)}"
                : $"{path} was cut off before the machine was given anything; nothing is minted, and the folder can be deleted.");
        }

        DataFolder data = DataFolder.Of(path);
        if (!RunWeights.TryBind(claim, path, data.Store, out BoundProgram? program, out string why))
        {
            throw CliException.Refused($"{why} A run is taken up, or closed, by executing it again.");
        }

        try
        {
            return new CutRun(RunFolder.TakeUp(data, path), program, begun, Tokenizer(begun));
        }
        catch
        {
            program.Dispose();
            throw;
        }
    }

    /// <summary>Executes it to its end, or only as far as its log has come, and closes it there.</summary>
    /// <param name="closes">Whether it is closed as abandoned where the log ends.</param>
    /// <param name="show">Is given the response as it comes.</param>
    /// <param name="pool">Threads to use.</param>
    /// <param name="stop">Leaves it cut off.</param>
    /// <exception cref="CliException">The machine computes something else than what is recorded, or refuses the run.</exception>
    public RunOutcome Execute(bool closes, Action<string> show, WorkerPool pool, CancellationToken stop)
    {
        Shows = show;
        ulong? end = End(closes);
        using var early = CancellationTokenSource.CreateLinkedTokenSource(stop);
        int tokens = 0;
        RunRequest request = _begun.Entry.ToRequest() with
        {
            StopAfter = end,
            ClosesWhenStopped = end is not null || _begun.MaxTokens is not null || !_begun.Stops.IsEmpty,
            OnToken = Take,
            Stop = early.Token,
        };
        if (Folder.Log.Size > 0 && Digest.Of(Folder.Log.ReadAll().First()) != request.Opening(Program).RunId)
        {
            throw CliException.Refused($"The run that {Folder.Path} holds was opened with another program, weights or prompt than its folder has now. Nothing was minted.");
        }

        Digest run = request.Opening(Program).RunId;
        using OpeningWriter? openings = _begun.Opens ? OpeningWriter.Create(Folder.NewOpenings(run), run) : null;
        if (!AttestedRun.TryExecute(Program, request with { Openings = openings }, Folder.Log, pool, out RunOutcome? outcome, out MachineFault fault))
        {
            stop.ThrowIfCancellationRequested();
            throw CliException.Refused($"{fault.Describe(Program.Module)} The log is as it was.");
        }

        openings?.Complete();
        _answer?.End();
        Folder.Add(_begun.Entry.Ended(outcome, Text));
        Folder.Finish();
        return outcome;

        void Take(int token)
        {
            if (_answer is null)
            {
                Show((Text.Length > 0 ? " " : "") + token.ToString(CultureInfo.InvariantCulture));
            }

            _answer?.Add(token);
            if (end is null && (_answer?.IsStopped == true || ++tokens >= (_begun.MaxTokens ?? int.MaxValue)))
            {
                early.Cancel();
            }
        }
    }

    public void Dispose()
    {
        Folder.Dispose();
        Program.Dispose();
    }

    private static ITokenizer? Tokenizer(BegunRun begun)
    {
        if (begun.Tokenizer is { } files && TokenizerFolder.Exists(files))
        {
            return TokenizerFolder.Load(files, TokenizerConfig.Load(files));
        }

        return begun.Stops.IsEmpty ? null : throw CliException.Usage($"The tokenizer in {begun.Tokenizer} is gone; without it the texts that end this run can't be found. Put it back, or close the run: pomisa log close");
    }

    /// <summary>After how many instructions it ends: as its closing record has it, where it got so far; null: by itself.</summary>
    private ulong? End(bool closes)
    {
        if (Folder.Log.Size == 0)
        {
            return closes ? 0 : null;
        }

        byte[] last = Folder.Log.ReadAll(Folder.Log.Size - 1).Single();
        return Record.TryDecode(last, out Record record, out _) && record is RunClose close
            ? close.Status == RunStatus.Abandoned ? close.Retired : null
            : closes ? Folder.Log.Size - 1 : null;
    }

    private void Show(string text)
    {
        Text += text;
        Shows(text);
    }
}
