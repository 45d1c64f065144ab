using PomIsa.Cli.Models;
using PomIsa.Cli.Runs;
using PomIsa.Disputes.Protocol;
using PomIsa.Machine;

namespace PomIsa.Cli.Disputes;

/// <summary>The runs of a folder, ready to be executed; program and weights are bound when they are first asked for.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="store">Holds the weights.</param>
internal sealed class RunMachine(string folder, string store) : IDisposable
{
    private readonly RunDescription _claim = RunDescription.Load(folder);
    private BoundProgram? _program;
    private bool _tried;

    /// <summary>Whether its values are its owner's alone.</summary>
    public bool IsPrivate => _claim.Private is not null;

    /// <summary>Why there is no program, where there is none.</summary>
    public string Why { get; private set; } = "";

    /// <summary>All runs with their places in the log; empty without the program or its weights.</summary>
    public IEnumerable<AnsweredRun> All => Program is { } program ? _claim.Runs.Select(run => new AnsweredRun(run.FirstIndex, run.Records, new OwnRun(program, run.ToRequest()))) : [];

    private BoundProgram? Program
    {
        get
        {
            if (!_tried)
            {
                _tried = true;
                Why = _claim.Private is not null && _claim.Privacy is null ? $"The run is private, and {RunDescription.PrivateName} with its secret is not beside it."
                    : RunWeights.TryBind(_claim, folder, store, out _program, out string why) ? "" : why;
            }

            return _program;
        }
    }

    /// <summary>A run by its id.</summary>
    public OwnRun? Find(Digest run) => _claim.Runs.FirstOrDefault(one => Digest.Parse(one.Run) == run) is { } found && Program is { } program ? new OwnRun(program, found.ToRequest()) : null;

    public void Dispose() => _program?.Dispose();
}
