using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>The draw of a token by the run's parameters, which its first record holds.</summary>
internal static unsafe class SamplingOps
{
    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "sample" => Sample,
        _ => null,
    };

    private static FaultCode Sample(OpContext c)
    {
        long position = c.Pop();
        Span<float> x = c.View(0).F32;
        SamplingParameters by = c.Sampling;
        if (x.IsEmpty || by.Kind == SamplingKind.Greedy)
        {
            c.Push(c.Line.Greatest >= 0 ? c.Line.Greatest : x.IsEmpty ? 0 : Rows.Argmax(x));
            return FaultCode.None;
        }

        ulong* order = c.Draw.Get<ulong>(x.Length + ((x.Length + 1) / 2));
        c.Push(Sampler.Draw(
            x,
            BitConverter.UInt32BitsToSingle(by.TemperatureBits),
            BitConverter.UInt32BitsToSingle(by.TopPBits),
            by.TopK,
            by.Seed,
            position,
            new Span<ulong>(order, x.Length),
            new Span<float>(order + x.Length, x.Length)));
        return FaultCode.None;
    }
}
