using PomIsa.Bench.Decoders;
using PomIsa.Machine;

namespace PomIsa.Bench.Runs;

/// <summary>Another runtime with the same network.</summary>
public interface IRival : IDecoderRunner, IDisposable
{
    /// <summary>How its results compare with the machine's, in words; established before anything is timed.</summary>
    string Agreement { get; }

    /// <summary>From the start of loading to a session that can run.</summary>
    double LoadSeconds { get; }

    /// <summary>Most resident memory of a process that does what <see cref="ColdStart"/> does; 0 where that is unknown.</summary>
    double PeakMiB { get; }
}

/// <summary>Makes a rival for a decoder, or says in one sentence why there is none.</summary>
/// <exception cref="ResultsDifferException">Its results are not those of the same network.</exception>
public delegate IRival? RivalSource(CachedDecoder decoder, BoundProgram program, int threads, int tokens, out string refusal);
