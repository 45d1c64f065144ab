using System.Diagnostics.CodeAnalysis;
using PomIsa.Isa.Verification;
using PomIsa.Machine;
using PomIsa.Shards;

namespace PomIsa.Cli.Runs;

/// <summary>A run's weights, loaded and checked by other threads while this one reads the log and verifies the module: until it has nothing to do but wait, one processor is left to it.</summary>
internal sealed class LoadingProgram : IDisposable
{
    private readonly string _folder;
    private readonly ManualResetEventSlim _room = new();
    private readonly Task _loading;
    private (WeightSet? Set, string Why) _weights;
    private BoundProgram? _program;

    private LoadingProgram(RunDescription claim, string folder, string store)
    {
        _folder = folder;
        _loading = Task.Factory.StartNew(Load, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default); // a thread of its own is there sooner than a pool of them

        void Load()
        {
            RunWeights.TryLoad(claim, folder, store, out WeightSet? set, out string why, _room);
            _weights = (set, why);
        }
    }

    /// <summary>Starts to load the weights; together with <see cref="TryVerify"/> and <see cref="TryAwait"/> it does what <see cref="RunWeights.TryBind(RunDescription, string, string, out BoundProgram?, out string)"/> does.</summary>
    public static LoadingProgram Start(RunDescription claim, string folder, string store) => new(claim, folder, store);

    /// <summary>Verifies the module and takes its digest, which needs no weights.</summary>
    /// <param name="verified">The module.</param>
    /// <param name="why">What is missing.</param>
    public bool TryVerify([NotNullWhen(true)] out VerifiedModule? verified, out string why)
    {
        bool loaded = RunWeights.TryLoadModule(_folder, out verified, out why);
        _ = verified?.ProgramDigest; // every run's first record has it
        return loaded;
    }

    /// <summary>Waits for the weights and binds the module to them. The program is freed with this; throws what loading threw. Call it once.</summary>
    /// <param name="verified">The module.</param>
    /// <param name="program">The program.</param>
    /// <param name="why">What is missing.</param>
    public bool TryAwait(VerifiedModule verified, [NotNullWhen(true)] out BoundProgram? program, out string why)
    {
        program = null;
        WeightSet? set = null;
        if (RunWeights.Needs(verified))
        {
            _room.Set();
            _loading.GetAwaiter().GetResult();
            (set, why) = _weights;
            if (set is null)
            {
                return false;
            }
        }

        RunWeights.TryBind(verified, set, out _program, out why);
        program = _program;
        return program is not null;
    }

    /// <summary>Waits for the end of loading, whatever it came to, and frees what there is.</summary>
    public void Dispose()
    {
        _room.Set();
        ((IAsyncResult)_loading).AsyncWaitHandle.WaitOne();
        _room.Dispose();
        _program?.Dispose();
        _weights.Set?.Dispose();
    }
}
