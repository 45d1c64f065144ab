using System.Buffers.Binary;
using System.Collections.Immutable;
using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Openings;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Text;

namespace PomIsa.Cli.Generating;

/// <summary>Why an answer ended.</summary>
internal enum Ended
{
    /// <summary>The model was done.</summary>
    ModelEnd,

    /// <summary>At the greatest number of tokens that was asked for.</summary>
    Limit,

    /// <summary>At the end of the model's context.</summary>
    Context,

    /// <summary>At a text that was to end it.</summary>
    StopText,

    /// <summary>The user had read enough.</summary>
    Interrupted,
}

/// <summary>What is asked of a model.</summary>
/// <param name="Prompt">Its tokens.</param>
/// <param name="PromptText">The text that they are of.</param>
/// <param name="Tokens">Most tokens of the answer.</param>
/// <param name="Sampling">How tokens are chosen.</param>
/// <param name="Stops">Texts that end the answer; they are not part of it.</param>
/// <param name="Privacy">What of the run goes under salt.</param>
internal sealed record GenerationRequest(ImmutableArray<int> Prompt, string PromptText, int Tokens, SamplingParameters Sampling, IReadOnlyList<string> Stops, PrivacyMode Privacy)
{
    /// <summary>Whether of the log roots alone are kept.</summary>
    public bool KeepsRoots { get; init; }

    /// <summary>Whether the products are kept beside the log, for an auditor.</summary>
    public bool Opens { get; init; }
}

/// <summary>An answer and its evidence.</summary>
internal sealed record Generated(string Text, Ended Ended, RunOutcome Outcome, Checkpoint Checkpoint, string Folder);

/// <summary>One answer as one run in a folder of its own; text is handed on as it comes.</summary>
internal static class GenerationRun
{
    /// <summary>Runs the model. An answer that ends early, at a stop text or by the user, is closed and verified as far as it went.</summary>
    /// <exception cref="CliException">The prompt does not fit, or the machine refused the run.</exception>
    public static Generated Execute(TextModel model, GenerationRequest asked, DataFolder data, WorkerPool pool, Action<string> show, CancellationToken stop)
    {
        if (asked.Prompt.IsEmpty || asked.Prompt.Length > model.Context)
        {
            throw CliException.Refused(asked.Prompt.IsEmpty
                ? "The prompt has no tokens. Give some text."
                : Invariant($"The prompt has {asked.Prompt.Length} tokens; {model.Name} holds {model.Context} at most. Shorten it."));
        }

        using var early = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var answer = new AnswerText(model.Tokenizer.Decode(), new StopTexts(asked.Stops), show);
        int most = model.TakesLimit ? int.MaxValue : asked.Tokens, tokens = 0;
        var claim = new RunDescription
        {
            Kind = "generate",
            Program = model.Program.ProgramDigest.ToString(),
            Weights = model.Program.WeightsDigest.ToString(),
            Tokenizer = model.TokenizerDigests(),
            Salt = "",
            Private = RunDescription.NameOf(asked.Privacy),
        };
        using RunFolder folder = RunFolder.Begin(data, claim, model.Program.Module, model.Published, resume: false);
        ImmutableArray<InputTensor> inputs = model.TakesLimit ? [Tensor(asked.Prompt), Tensor([asked.Tokens])] : [];
        var request = new RunRequest
        {
            Prompt = asked.Prompt,
            Inputs = inputs,
            Sampling = asked.Sampling,
            Salt = [.. folder.SaltFor(default)],
            Privacy = folder.Description.Privacy,
            OnToken = Take,
            Stop = early.Token,
            ClosesWhenStopped = true,
        };
        folder.Starts(new BegunRun
        {
            Entry = Entry(asked, request),
            Tokenizer = Path.GetFullPath(model.TokenizerFiles),
            MaxTokens = model.TakesLimit ? null : asked.Tokens,
            Stops = [.. asked.Stops],
            Opens = asked.Opens,
        });
        Digest id = request.Opening(model.Program).RunId;
        using OpeningWriter? openings = asked.Opens ? OpeningWriter.Create(folder.NewOpenings(id), id) : null;
        if (!AttestedRun.TryExecute(model.Program, request with { Openings = openings }, folder.Log, pool, out RunOutcome? outcome, out MachineFault fault))
        {
            stop.ThrowIfCancellationRequested();
            throw CliException.Refused(fault.Describe(model.Program.Module));
        }

        openings?.Complete();
        answer.End();
        folder.Add(Entry(asked, request).Ended(outcome, answer.Text));
        folder.Finish();
        var made = new Generated(answer.Text, Reason(model, asked, outcome, answer, most), outcome, folder.Checkpoint, folder.Path);
        folder.KeepRoots(asked.KeepsRoots);
        return made;

        void Take(int token)
        {
            answer.Add(token);
            if (answer.IsStopped || ++tokens >= most)
            {
                early.Cancel();
            }
        }
    }

    private static RunEntry Entry(GenerationRequest asked, RunRequest request) =>
        RunEntry.Of(request) with { PromptText = asked.PromptText };

    private static Ended Reason(TextModel model, GenerationRequest asked, RunOutcome outcome, AnswerText answer, int most) =>
        answer.IsStopped ? Ended.StopText
        : outcome.Status == RunStatus.Abandoned && outcome.Tokens.Length < most ? Ended.Interrupted
        : outcome.Tokens.Length >= asked.Tokens ? Ended.Limit
        : asked.Prompt.Length + outcome.Tokens.Length >= model.Context ? Ended.Context
        : Ended.ModelEnd;

    private static InputTensor Tensor(ImmutableArray<int> values)
    {
        var bytes = new byte[values.Length * sizeof(int)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), values[i]);
        }

        return new InputTensor(DType.I32, [values.Length], [.. bytes]);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
