namespace PomIsa.Debugging.Profiling;

/// <summary>What an instruction, an opcode or a source line took in a run.</summary>
public sealed record Counters
{
    /// <summary>How often it retired.</summary>
    public long Count { get; private set; }

    /// <summary>Seconds; what measuring takes is not in it.</summary>
    public double Seconds { get; private set; }

    /// <summary>Bytes of its operands that it reads.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Bytes that it writes.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>Multiply-adds, by the instruction table's work formula.</summary>
    public double MultiplyAdds { get; private set; }

    /// <summary>Multiply-adds of quantized products, within <see cref="MultiplyAdds"/>: their limit is another one.</summary>
    public double IntegerMultiplyAdds { get; private set; }

    internal void Add(double seconds, long read, long written, double multiplyAdds, bool integer)
    {
        Count++;
        Seconds += seconds;
        BytesRead += read;
        BytesWritten += written;
        MultiplyAdds += multiplyAdds;
        IntegerMultiplyAdds += integer ? multiplyAdds : 0;
    }

    internal void Add(Counters other)
    {
        Count += other.Count;
        Seconds += other.Seconds;
        BytesRead += other.BytesRead;
        BytesWritten += other.BytesWritten;
        MultiplyAdds += other.MultiplyAdds;
        IntegerMultiplyAdds += other.IntegerMultiplyAdds;
    }
}

/// <summary>What the machine can do at most a second.</summary>
/// <param name="Bytes">Bytes read from memory.</param>
/// <param name="FloatMultiplyAdds">f32 multiply-adds.</param>
/// <param name="IntegerMultiplyAdds">8-bit multiply-adds.</param>
public sealed record ProfileLimits(double Bytes, double FloatMultiplyAdds, double IntegerMultiplyAdds)
{
    /// <summary>How near something came to its nearest limit, memory or arithmetic. Above 1 where a cache held what it read.</summary>
    public double ShareOf(Counters counters)
    {
        ArgumentNullException.ThrowIfNull(counters);
        double least = Math.Max(
            (counters.BytesRead + counters.BytesWritten) / Bytes,
            ((counters.MultiplyAdds - counters.IntegerMultiplyAdds) / FloatMultiplyAdds) + (counters.IntegerMultiplyAdds / IntegerMultiplyAdds));
        return counters.Seconds > 0 ? least / counters.Seconds : 0;
    }
}
