using PomIsa.Isa.Verification;

namespace PomIsa.Machine.Execution;

/// <summary>Frames made so far: a function that is called again with the same dimensions finds its own.</summary>
internal sealed unsafe class FrameCache(byte* arena, OpContext context)
{
    /// <summary>Frames kept of one function. A program that calls with ever new dimensions makes them anew.</summary>
    private const int Most = 8;

    private readonly Dictionary<int, List<Frame>> _frames = [];

    /// <summary>Bytes of the arena that frames have reached.</summary>
    public long Peak { get; private set; }

    /// <summary>The frame of a function at a place in the arena, entered with these symbols.</summary>
    public Frame Enter(VerifiedFunction function, long start, ReadOnlySpan<long> symbols)
    {
        Frame frame = Find(function, start, symbols);
        frame.Enter(symbols);
        Peak = Math.Max(Peak, frame.End);
        return frame;
    }

    private Frame Find(VerifiedFunction function, long start, ReadOnlySpan<long> symbols)
    {
        if (!_frames.TryGetValue(function.Index, out List<Frame>? known))
        {
            _frames[function.Index] = known = new List<Frame>(Most);
        }

        foreach (Frame frame in known)
        {
            if (frame.Start == start && frame.Fits(symbols))
            {
                return frame;
            }
        }

        if (known.Count == Most)
        {
            known.RemoveAt(0);
        }

        var made = new Frame(function, start, symbols, arena, context);
        known.Add(made);
        return made;
    }
}
